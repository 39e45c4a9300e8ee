import { expect, test } from 'vitest'
import { total } from './src/cart.mjs'
test('full price', () => { expect(total([500])).toBe(500) })
