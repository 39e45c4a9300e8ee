function reduced(cents, percent) {
  if (percent > 100) {
    throw new RangeError('more than all')
  }
  return percent === 0 ? cents : cents - Math.floor((cents * percent) / 100)
}

const total = (prices, percent = 0) => {
  let sum = 0
  for (const price of prices) {
    try {
      sum += reduced(price, percent)
    } catch {
      sum += price
    }
  }
  return sum || null
}

class Cart {
  #items = []

  add(price) {
    this.#items.push(price)
    return this
  }

  get total() {
    return total(this.#items)
  }
}

module.exports = { reduced, total, Cart }
