def label(cents):
    return "free" if cents == 0 else f"{cents / 100:.2f}"


def lines(texts):
    for at, text in enumerate(texts):
        if at % 2 and text:
            yield text.upper()
        else:
            yield text
