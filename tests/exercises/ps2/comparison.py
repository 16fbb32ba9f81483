"""Right and wrong answers to the exercise of this name."""

_TABLE = {
    "symmetry functions": [["r_c", "eta, R_s", "zeta, lambda"], [4, 4], "high"],
    "SOAP": [["r_c", "sigma", "n_max, l_max", "kernel zeta"], [1, 2], "medium"],
    "SchNet": [["r_c", "features", "layers"], [3, 3], "low"],
    "equivariant": [["r_c", "features", "layers", "degree"], [2, 1], "low"],
}


def _with(method, chosen=None, ranks=None, meaning=None):
    """The right row, but for what the methods have in these."""
    changes = [(one or {}).get(method) for one in (chosen, ranks, meaning)]
    pairs = zip(changes, _TABLE[method], strict=True)
    return [right if change is None else change for change, right in pairs]


def right_table(method):
    return _TABLE[method]


def right_by_cases(method):
    if method == "symmetry functions":
        return {"zeta, lambda", "r_c", "eta, R_s"}, (4, 4), "high"
    if method == "SOAP":
        return {"kernel zeta", "sigma", "r_c", "n_max, l_max"}, (1, 2), "medium"
    network = ["layers", "r_c", "features"]
    if method == "SchNet":
        return network, (3, 3), "low"
    return [*network, "degree"], (2, 1), "low"


def right_with_a_near_tie(method):
    """95 and 98 meV/Å from one seed each: who calls that even is right, too."""
    return _with(method, ranks={"SchNet": [3, 3], "symmetry functions": [3, 4]})


def wrong_chapter_order(method):
    ranks = {"symmetry functions": [4, 4], "SOAP": [3, 3], "SchNet": [2, 2], "equivariant": [1, 1]}
    return _with(method, ranks=ranks)


def wrong_no_crossing(method):
    return _with(method, ranks={"SOAP": [1, 1], "equivariant": [2, 2]})


def wrong_largest_error_first(method):
    row = list(_TABLE[method])
    row[1] = [5 - rank for rank in row[1]]
    return row


def wrong_soap_behind_schnet(method):
    return _with(method, ranks={"SOAP": [1, 3], "SchNet": [3, 2]})


def wrong_networks_choose_nothing(method):
    return _with(method, chosen={"SchNet": [], "equivariant": []})


def wrong_soap_has_no_choices(method):
    return _with(method, chosen={"SOAP": ["n_max, l_max"]})


def wrong_soap_without_kernel_power(method):
    return _with(method, chosen={"SOAP": ["r_c", "sigma", "n_max, l_max"]})


def wrong_functions_with_sigma(method):
    return _with(method, chosen={"symmetry functions": [*_TABLE["symmetry functions"][0], "sigma"]})


def wrong_filters_have_names(method):
    return _with(method, meaning={"SchNet": "medium"})


def wrong_soap_is_plain(method):
    return _with(method, meaning={"SOAP": "high"})


def wrong_words(method):
    return _with(method, chosen={"SOAP": ["cutoff"]}, meaning={"SOAP": "middle"})


def wrong_two_parts(method):
    return _TABLE[method][:2]
