"""Right and wrong answers to the exercise of this name, for the id "student"."""

_TEXT = """
[data]
set = "train_Au.xyz"
test = "test_Au.xyz"
validation = {share}
seed = 866
precision = "float32"

[model]
class = "mlp_teach.models.schnet:SchNet"
elements = [79]
features = {features}
layers = 3

[model.expansion]
kind = "GaussianSmearing"
n = 25
cutoff = 5.8

[training]
epochs = {epochs}
batch_size = 10
learning_rate = 5e-3
last_learning_rate = 1e-5
seed = 866

[training.weights]
energy = {energy}
forces = {forces}
"""


def _filled(size, frames, exchange):
    steps = -((20 - frames) // 10)
    return {
        "share": 20 / frames,
        "features": 64 if size == "full" else 16,
        "epochs": -(-20000 // steps) if size == "full" else 2,
        "energy": exchange**2,
        "forces": 1.0,
    }


def right_template(size, frames, exchange):
    return _TEXT.format(**_filled(size, frames, exchange))


def right_line_by_line(size, frames, exchange):
    steps, rest = divmod(frames - 20, 10)
    steps += rest > 0
    epochs = 2
    if size == "full":
        epochs = 1
        while epochs * steps < 20000:
            epochs += 1
    lines = ["[data]", "set = './train_Au.xyz'", "test = './test_Au.xyz'"]
    lines += [f"validation = {20 / frames!r}", "seed = 866", "precision = 'float64'"]
    lines += ["[model]", "class = 'mlp_teach.models.schnet:SchNet'", "elements = [79]"]
    lines += [f"features = {16 if size == 'small' else 64}", "layers = 2"]
    lines += ["expansion = {kind = 'GaussianSmearing', n = 30, cutoff = 5.8}"]
    lines += ["[training]", f"epochs = {epochs}", "batch_size = 10", "seed = 866"]
    lines += [f"weights = {{energy = 1.0, forces = {1 / exchange**2:.12g}}}"]
    return "\n".join(lines)


def wrong_no_square(size, frames, exchange):
    return _TEXT.format(**_filled(size, frames, exchange) | {"energy": exchange})


def wrong_upside_down(size, frames, exchange):
    changed = {"energy": 1.0, "forces": exchange**2}
    return _TEXT.format(**_filled(size, frames, exchange) | changed)


def wrong_equal_weights(size, frames, exchange):
    return _TEXT.format(**_filled(size, frames, exchange) | {"energy": 1.0})


def wrong_number_of_frames(size, frames, exchange):
    return _TEXT.format(**_filled(size, frames, exchange) | {"share": 20})


def wrong_five_per_cent(size, frames, exchange):
    return _TEXT.format(**_filled(size, frames, exchange) | {"share": 0.05})


def wrong_steps_of_all_frames(size, frames, exchange):
    filled = _filled(size, frames, exchange)
    steps = -(-frames // 10)
    epochs = -(-20000 // steps) if size == "full" else 2
    return _TEXT.format(**filled | {"epochs": epochs})


def wrong_steps_for_epochs(size, frames, exchange):
    epochs = 20000 if size == "full" else 2
    return _TEXT.format(**_filled(size, frames, exchange) | {"epochs": epochs})


def wrong_same_size(size, frames, exchange):
    return _TEXT.format(**_filled("full", frames, exchange))


def wrong_symbol(size, frames, exchange):
    return right_template(size, frames, exchange).replace("[79]", '["Au"]')


def wrong_variant(size, frames, exchange):
    text = right_template(size, frames, exchange).replace("866", "980")
    return text.replace("_Au", "_Pd").replace("[79]", "[46]")


def wrong_seed_of_the_order(size, frames, exchange):
    first, second = right_template(size, frames, exchange).split("[training]")
    return first + "[training]" + second.replace("866", "0")


def wrong_shipped_set(size, frames, exchange):
    return right_template(size, frames, exchange).replace("train_Au.xyz", "mlearn_Cu")


def wrong_smaller_batches(size, frames, exchange):
    text = right_template(size, frames, exchange)
    return text.replace("batch_size = 10", "batch_size = 4") if size == "small" else text


def wrong_misspelt(size, frames, exchange):
    return right_template(size, frames, exchange).replace("batch_size", "batchsize")


def wrong_no_text(size, frames, exchange):
    return [*_filled(size, frames, exchange)]
