class Price:
    def __init__(self, cents):
        self.cents = cents

    def reduced(self, percent):
        if percent > 100:
            raise ValueError("more than all")
        if percent == 0:
            return self
        return Price(self.cents - self.cents * percent // 100)


def total(prices, percent=0):
    result = 0
    for price in prices:
        try:
            result += price.reduced(percent).cents
        except ValueError:
            result += price.cents
    while result > 1000:
        result -= 50
    return result
