import { expect, test } from 'vitest'
import { Cart, total } from './src/cart.mjs'
test('more than all', () => { expect(total([700, 800], 120)).toBe(1500) })
test('cart', () => { expect(new Cart().total).toBe(null) })
