"""Right and wrong answers to the exercise of this name."""

import json

import numpy as np

_KEPT = {}


def _loop(update, x, y, epochs, state, step, order):
    for _ in range(epochs):
        for batch in np.split(order.permutation(len(x)), len(x) // 8):
            state = update(state, step, x[batch], y[batch])
            step += 1
    return state, step


def right_named_parts(update, x, y, epochs, checkpoint):
    order = np.random.default_rng(0)
    state, rest = np.zeros((3, x.shape[1])), {"step": 0, "order": order.bit_generator.state}
    if checkpoint != "":
        state, rest = json.loads(checkpoint)
        state = np.array(state)
    order.bit_generator.state = rest["order"]
    state, step = _loop(update, x, y, epochs, state, rest["step"], order)
    rest = {"step": step, "order": order.bit_generator.state}
    return json.dumps([[list(map(float, row)) for row in state], rest], indent=1)


def right_order_drawn_again(update, x, y, epochs, checkpoint):
    """Keeps the number of epochs, and draws all orders before them once more."""
    state, done = np.zeros((3, x.shape[1])), 0
    if checkpoint:
        (*rows, done) = json.loads(checkpoint)
        state = np.array(rows[0])
    order, steps = np.random.default_rng(0), len(x) // 8
    for _ in range(done):
        order.permutation(len(x))
    for epoch in range(done, done + epochs):
        shuffled = order.permutation(len(x)).reshape(steps, 8)
        for number, batch in enumerate(shuffled):
            state = update(state, epoch * steps + number, x[batch], y[batch])
    return json.dumps((state.tolist(), done + epochs))


def right_rows_first(update, x, y, epochs, checkpoint):
    """The rows of the state are the first three entries of the list."""
    order, rows, step = np.random.default_rng(0), np.zeros((3, x.shape[1])), 0
    if checkpoint:
        *rows, step, order.bit_generator.state = json.loads(checkpoint)
    state, step = _loop(update, x, y, epochs, np.array(rows), step, order)
    return json.dumps([*state.tolist(), step, order.bit_generator.state])


def wrong_weights_alone(update, x, y, epochs, checkpoint):
    state = np.zeros((3, x.shape[1]))
    if checkpoint:
        state[0] = json.loads(checkpoint)[0][0]
    state, _ = _loop(update, x, y, epochs, state, 0, np.random.default_rng(0))
    return json.dumps([state.tolist()])


def wrong_no_momentum(update, x, y, epochs, checkpoint):
    order, state, step = np.random.default_rng(0), np.zeros((3, x.shape[1])), 0
    if checkpoint:
        kept, step, order.bit_generator.state = json.loads(checkpoint)
        state[[0, 2]] = kept[0], kept[2]
    state, step = _loop(update, x, y, epochs, state, step, order)
    return json.dumps([state.tolist(), step, order.bit_generator.state])


def wrong_no_average(update, x, y, epochs, checkpoint):
    order, state, step = np.random.default_rng(0), np.zeros((3, x.shape[1])), 0
    if checkpoint:
        kept, step, order.bit_generator.state = json.loads(checkpoint)
        state[:2] = kept[:2]
    state, step = _loop(update, x, y, epochs, state, step, order)
    return json.dumps([state.tolist(), step, order.bit_generator.state])


def wrong_step_from_zero(update, x, y, epochs, checkpoint):
    order, state = np.random.default_rng(0), np.zeros((3, x.shape[1]))
    if checkpoint:
        state, order.bit_generator.state = json.loads(checkpoint)
    state, _ = _loop(update, x, y, epochs, np.array(state), 0, order)
    return json.dumps([state.tolist(), order.bit_generator.state])


def wrong_same_order(update, x, y, epochs, checkpoint):
    state, step = np.zeros((3, x.shape[1])), 0
    if checkpoint:
        state, step = json.loads(checkpoint)
    state, step = _loop(update, x, y, epochs, np.array(state), step, np.random.default_rng(0))
    return json.dumps([state.tolist(), step])


def wrong_fewer_digits(update, x, y, epochs, checkpoint):
    order, state, step = np.random.default_rng(0), np.zeros((3, x.shape[1])), 0
    if checkpoint:
        state, step, order.bit_generator.state = json.loads(checkpoint)
    state, step = _loop(update, x, y, epochs, np.array(state), step, order)
    return json.dumps([np.round(state, 10).tolist(), step, order.bit_generator.state])


def wrong_kept_in_a_variable(update, x, y, epochs, checkpoint):
    order, state, step = np.random.default_rng(0), np.zeros((3, x.shape[1])), 0
    if checkpoint:
        state, step, order.bit_generator.state = _KEPT["last"]
    state, step = _loop(update, x, y, epochs, state, step, order)
    _KEPT["last"] = state, step, order.bit_generator.state
    return json.dumps([state.tolist()])


def wrong_never_read(update, x, y, epochs, checkpoint):
    order, state = np.random.default_rng(0), np.zeros((3, x.shape[1]))
    state, _ = _loop(update, x, y, epochs, state, 0, order)
    return json.dumps([state.tolist()])


def wrong_arrays(update, x, y, epochs, checkpoint):
    order, state = np.random.default_rng(0), np.zeros((3, x.shape[1]))
    return _loop(update, x, y, epochs, state, 0, order)[0]
