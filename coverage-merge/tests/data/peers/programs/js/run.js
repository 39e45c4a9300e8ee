const { total, Cart } = require('./src/cart.js')
const [percent, ...prices] = process.argv.slice(2).map(Number)
console.log(total(prices, percent))
if (prices.length > 1) console.log(new Cart().add(prices[0]).total)
