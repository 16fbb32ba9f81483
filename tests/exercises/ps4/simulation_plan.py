"""Right and wrong answers to the exercise of this name."""

import math

BOLTZMANN = 8.617333e-5


def _plan(given, step=0.5, atoms=None, day=86400.0, micro=1e-6, **changed):
    copper = given["edge"] * given["edge"] * given["layers"]
    atoms = atoms or copper + 6 * given["molecules"]
    seconds = atoms * given["microseconds"] * micro
    steps = int(given["gpu_days"] * day / seconds)
    nanoseconds = steps * step / 1e6
    rate = 1e13 * math.exp(-given["barrier"] / (BOLTZMANN * given["kelvin"]))
    return {
        "atoms": atoms,
        "timestep": step,
        "steps": steps,
        "nanoseconds": nanoseconds,
        "gpu_days": steps * seconds / day,
        "events": given["molecules"] * rate * nanoseconds * 1e-9,
        **changed,
    }


def right_half_a_femtosecond(given):
    return _plan(given)


def right_by_time(given):
    atoms = given["layers"] * given["edge"] ** 2 + given["molecules"] * len("CHHHOH")
    per_ns = atoms * given["microseconds"] * 1e-6 * (1e6 / 0.25) / 3600 / 24
    ns = round(0.98 * given["gpu_days"] / per_ns, 3)
    wait = 1e-13 * math.exp(given["barrier"] / 8.617e-5 / given["kelvin"])  # s
    return {
        "events": given["molecules"] * ns * 1e-9 / wait,
        "gpu_days": per_ns * ns,
        "nanoseconds": ns,
        "steps": round(ns * 4e6),
        "timestep": 0.25,
        "atoms": float(atoms),
    }


def wrong_five_atoms(given):
    copper = given["edge"] ** 2 * given["layers"]
    return _plan(given, atoms=copper + 5 * given["molecules"])


def wrong_one_layer(given):
    return _plan(given, atoms=given["edge"] ** 2 + 6 * given["molecules"])


def wrong_copper_alone(given):
    return _plan(given, atoms=given["edge"] ** 2 * given["layers"])


def wrong_step_of_a_metal(given):
    return _plan(given, step=2.0)


def wrong_picoseconds(given):
    plan = _plan(given)
    return {**plan, "nanoseconds": plan["steps"] * 0.5 / 1e3}


def wrong_a_step_is_a_femtosecond(given):
    plan = _plan(given)
    return {**plan, "nanoseconds": plan["steps"] / 1e6}


def wrong_one_atom(given):
    steps = int(given["gpu_days"] * 86400 / (given["microseconds"] * 1e-6))
    plan = _plan(given)
    days = steps * given["microseconds"] * 1e-6 / 86400
    ns = steps * 0.5 / 1e6
    events = plan["events"] / plan["nanoseconds"] * ns
    return {**plan, "steps": steps, "gpu_days": days, "nanoseconds": ns, "events": events}


def wrong_hours(given):
    return _plan(given, day=3600.0)


def wrong_milliseconds(given):
    return _plan(given, micro=1e-3)


def wrong_whole_nanoseconds(given):
    plan = _plan(given)
    ns = max(1, 10 * round(plan["nanoseconds"] / 10 + 0.6))
    part = ns / plan["nanoseconds"]
    events, days = plan["events"] * part, plan["gpu_days"] * part
    steps = round(ns * 2e6)
    return {**plan, "nanoseconds": ns, "steps": steps, "gpu_days": days, "events": events}


def wrong_half_the_budget(given):
    return _plan({**given, "gpu_days": given["gpu_days"] / 2})


def wrong_uphill(given):
    return {**_plan(given), "events": _plan({**given, "barrier": -given["barrier"]})["events"]}


def wrong_one_molecule(given):
    plan = _plan(given)
    return {**plan, "events": plan["events"] / given["molecules"]}


def wrong_nanoseconds_for_seconds(given):
    plan = _plan(given)
    return {**plan, "events": plan["events"] * 1e9}


def wrong_joules(given):
    plan = _plan(given)
    rate = 1e13 * math.exp(-given["barrier"] / (1.380649e-23 * given["kelvin"]))
    return {**plan, "events": given["molecules"] * rate * plan["nanoseconds"] * 1e-9}


def wrong_negative(given):
    return {**_plan(given), "steps": -1}
