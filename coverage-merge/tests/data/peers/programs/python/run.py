import sys
from shop.price import Price, total
from shop.text import label, lines

print(label(total([Price(int(it)) for it in sys.argv[2:]], int(sys.argv[1]))))
if len(sys.argv) > 3:
    print(list(lines(sys.argv)))
