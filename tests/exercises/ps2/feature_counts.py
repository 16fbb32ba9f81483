"""Right and wrong answers to the exercise of this name."""


def right_by_formula(n_elements, p, q, n_max, l_max):
    channels = n_elements * n_max
    functions = n_elements * p + n_elements * (n_elements + 1) // 2 * q
    return functions, channels * (channels + 1) // 2 * (l_max + 1)


def right_by_counting(n_elements, p, q, n_max, l_max):
    functions = spectrum = 0
    for one in range(n_elements):
        functions += p
        for _ in range(one, n_elements):
            functions += q
    for _ in range(l_max + 1):
        for channel in range(n_elements * n_max):
            spectrum += channel + 1
    return functions, spectrum


def right_with_fractions(n_elements, p, q, n_max, l_max):
    n = n_elements * n_max
    return [n_elements * (p + 0.5 * (n_elements + 1) * q), n * (n + 1) / 2 * (l_max + 1)]


def wrong_ordered_pairs(n_elements, p, q, n_max, l_max):
    n = n_elements * n_max
    return n_elements * p + n_elements**2 * q, n**2 * (l_max + 1)


def wrong_different_elements_only(n_elements, p, q, n_max, l_max):
    n = n_elements * n_max
    functions = n_elements * p + n_elements * (n_elements - 1) // 2 * q
    return functions, n * (n - 1) // 2 * (l_max + 1)


def wrong_radial_once(n_elements, p, q, n_max, l_max):
    functions = p + n_elements * (n_elements + 1) // 2 * q
    return functions, right_by_formula(n_elements, p, q, n_max, l_max)[1]


def wrong_angular_by_element(n_elements, p, q, n_max, l_max):
    return n_elements * (p + q), right_by_formula(n_elements, p, q, n_max, l_max)[1]


def wrong_l_from_one(n_elements, p, q, n_max, l_max):
    n = n_elements * n_max
    functions = right_by_formula(n_elements, p, q, n_max, l_max)[0]
    return functions, n * (n + 1) // 2 * l_max


def wrong_with_m(n_elements, p, q, n_max, l_max):
    n = n_elements * n_max
    functions = right_by_formula(n_elements, p, q, n_max, l_max)[0]
    return functions, n * (n + 1) // 2 * sum(2 * l + 1 for l in range(l_max + 1))


def wrong_pairs_of_elements(n_elements, p, q, n_max, l_max):
    functions = right_by_formula(n_elements, p, q, n_max, l_max)[0]
    pairs = n_elements * (n_elements + 1) // 2
    return functions, pairs * n_max * (n_max + 1) // 2 * (l_max + 1)


def wrong_elements_apart(n_elements, p, q, n_max, l_max):
    functions = right_by_formula(n_elements, p, q, n_max, l_max)[0]
    return functions, n_elements * n_max * (n_max + 1) // 2 * (l_max + 1)


def wrong_sum(n_elements, p, q, n_max, l_max):
    return sum(right_by_formula(n_elements, p, q, n_max, l_max))
