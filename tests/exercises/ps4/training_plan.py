"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _plan(given, step=0.5, images=10, split=(0.8, 0.1), spend=1.0):
    spacing = step * np.ceil(2 * given["tau"] / step)
    band = given["paths"] * images
    price = 3 + spacing / step + given["iterations"]
    conditions = int(spend * given["node_hours"] * 60 / given["minutes"] / (band * price))
    counts = [band * conditions] * 5
    total = sum(counts)
    calculations = counts[0] * price
    training, validation = (int(share * total) for share in split)
    return {
        "timestep": step,
        "spacing": spacing,
        "images": images,
        "conditions": conditions,
        "counts": counts,
        "total": total,
        "split": [training, validation, total - training - validation],
        "calculations": calculations,
        "node_hours": calculations * given["minutes"] / 60,
    }


def right_equal_kinds(given):
    return _plan(given)


def right_by_shares(given):
    shares = np.array([0.2, 0.25, 0.2, 0.2, 0.15])
    steps = int(np.ceil(2 * given["tau"] / 0.8))
    prices = np.array([1, steps, given["iterations"], 1, 1])
    affordable = given["node_hours"] * 60 // given["minutes"]
    images, conditions = 7, 1
    while True:
        more = given["paths"] * images * (conditions + 1)
        counts = np.floor(more * shares / shares[2] + 1e-9).astype(int)
        if counts @ prices > affordable:
            break
        conditions += 1
    counts = np.floor(given["paths"] * images * conditions * shares / shares[2] + 1e-9).astype(int)
    counts[1] += (affordable - counts @ prices) // steps
    calculations = int(counts @ prices)
    total = int(counts.sum())
    return {
        "timestep": 0.8,
        "spacing": 0.8 * steps,
        "images": images,
        "conditions": conditions,
        "counts": counts,
        "total": total,
        "split": (total - 2 * (total // 7), total // 7, total // 7),
        "calculations": calculations,
        "node_hours": calculations * given["minutes"] / 60,
        "remark": "frames of one run stay together",
    }


def wrong_step_of_a_metal(given):
    return _plan(given, step=4.0)


def wrong_one_tau(given):
    return _plan({**given, "tau": given["tau"] / 2})


def wrong_between_steps(given):
    plan = _plan(given)
    spacing = 2 * given["tau"] + 0.123
    prices = np.array([1, spacing / 0.5, given["iterations"], 1, 1])
    calculations = float(np.array(plan["counts"]) @ prices)
    hours = calculations * given["minutes"] / 60
    return {**plan, "spacing": spacing, "calculations": calculations, "node_hours": hours}


def wrong_one_calculation_each(given):
    plan = _plan({**given, "tau": 0.25, "iterations": 1})
    spacing = float(np.ceil(2 * given["tau"]))
    return {**plan, "timestep": 1.0, "spacing": spacing}


def wrong_frames_for_one(given):
    step, band = 0.5, given["paths"] * 10
    spacing = step * np.ceil(2 * given["tau"] / step)
    price = 4 + given["iterations"]
    conditions = int(given["node_hours"] * 60 / given["minutes"] / (band * price))
    plan, each = _plan(given), band * conditions
    total = 5 * each
    plan |= {"conditions": conditions, "counts": [each] * 5, "total": total, "spacing": spacing}
    plan |= {"split": [total - 2 * (total // 10), total // 10, total // 10]}
    hours = each * price * given["minutes"] / 60
    return plan | {"calculations": each * price, "node_hours": hours}


def wrong_images_for_one(given):
    plan = _plan(given)
    calculations = plan["counts"][0] * (4 + plan["spacing"] / 0.5)
    hours = calculations * given["minutes"] / 60
    return {**plan, "calculations": calculations, "node_hours": hours}


def wrong_femtoseconds(given):
    plan = _plan(given)
    calculations = plan["counts"][0] * (3 + plan["spacing"] + given["iterations"])
    hours = calculations * given["minutes"] / 60
    return {**plan, "calculations": calculations, "node_hours": hours}


def wrong_minutes(given):
    plan = _plan(given)
    return {**plan, "node_hours": plan["calculations"] * given["minutes"]}


def wrong_total_without_defects(given):
    plan = _plan(given)
    return {**plan, "total": sum(plan["counts"][:4])}


def wrong_images_of_the_chapter(given):
    return {**_plan(given), "images": 20}


def wrong_three_images(given):
    return _plan(given, images=3)


def wrong_dynamics_left_out(given):
    plan = _plan(given)
    counts = [plan["counts"][0] * 2, 0, *plan["counts"][2:]]
    prices = np.array([1, 1, given["iterations"], 1, 1])
    calculations = int(np.array(counts) @ prices)
    hours = calculations * given["minutes"] / 60
    return {**plan, "counts": counts, "calculations": calculations, "node_hours": hours}


def wrong_rounded_split(given):
    plan = _plan(given)
    total = plan["total"]
    return {**plan, "split": [int(0.7 * total) - 1, int(0.15 * total), int(0.15 * total)]}


def wrong_halves(given):
    return _plan(given, split=(0.5, 0.25))


def wrong_half_spent(given):
    return _plan(given, spend=0.5)


def wrong_list(given):
    return list(_plan(given).values())


def wrong_no_split(given):
    plan = _plan(given)
    del plan["split"]
    return plan
