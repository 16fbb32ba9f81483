"""Right and wrong answers to the exercise of this name."""


def _price(a, b, gpu_price):
    return gpu_price * (b[1] - a[1]) / (a[0] - b[0])


def _mean(passed, failed, failure):
    return [(1 - failure) * x + failure * y for x, y in zip(passed, failed)]  # noqa: B905


def _money(hours, node_price, gpu_price):
    return node_price * hours[0] + gpu_price * hours[1]


def right_formulas(passed, failed, b, failure, node_price, gpu_price):
    prices = node_price, gpu_price
    low, high, other = (_money(hours, *prices) for hours in (passed, failed, b))
    risk = (other - low) / (high - low)
    price = _price(_mean(passed, failed, failure), b, gpu_price)
    return price, risk if 0 <= risk <= 1 else None


def right_by_halving(passed, failed, b, failure, node_price, gpu_price):
    def root(f, low, high):
        if f(low) * f(high) > 0:
            return None
        for _ in range(200):
            middle = (low + high) / 2
            if f(low) * f(middle) <= 0:
                high = middle
            else:
                low = middle
        return (low + high) / 2

    def apart(node_price, failure):
        a = _mean(passed, failed, failure)
        return _money(a, node_price, gpu_price) - _money(b, node_price, gpu_price)

    return [root(lambda p: apart(p, failure), 0, 1e4), root(lambda q: apart(node_price, q), 0, 1)]


def _with_price(given, price):
    return price, right_formulas(*given)[1]


def wrong_passed_alone(*given):
    return _with_price(given, _price(given[0], given[2], given[5]))


def wrong_failed_alone(*given):
    return _with_price(given, _price(given[1], given[2], given[5]))


def wrong_probabilities_turned(*given):
    return _with_price(given, _price(_mean(*given[:2], 1 - given[3]), given[2], given[5]))


def wrong_upside_down(*given):
    return _with_price(given, 1 / right_formulas(*given)[0])


def wrong_sign(*given):
    return _with_price(given, -right_formulas(*given)[0])


def wrong_probability_of_passing(*given):
    price, risk = right_formulas(*given)
    return price, risk if risk is None else 1 - risk


def wrong_gpu_left_out(passed, failed, b, failure, node_price, gpu_price):
    price, _ = right_formulas(passed, failed, b, failure, node_price, gpu_price)
    risk = (b[0] - passed[0]) / (failed[0] - passed[0])
    return price, risk if 0 <= risk <= 1 else None


def wrong_beyond_one(passed, failed, b, failure, node_price, gpu_price):
    low, high, other = (_money(hours, node_price, gpu_price) for hours in (passed, failed, b))
    price, _ = right_formulas(passed, failed, b, failure, node_price, gpu_price)
    return price, (other - low) / (high - low)


def wrong_clipped(*given):
    price, risk = wrong_beyond_one(*given)
    return price, min(max(risk, 0.0), 1.0)


def wrong_prices_ignored(passed, failed, b, failure, node_price, gpu_price):
    price = _price(_mean(passed, failed, failure), b, 1.0)
    return price, right_formulas(passed, failed, b, failure, node_price, gpu_price)[1]


def wrong_price_alone(*given):
    return right_formulas(*given)[0]
