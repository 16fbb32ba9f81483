"""A learning curve with the library's own training: same start, same steps, same test."""

from __future__ import annotations

from functools import cache
from inspect import getsource

import numpy as np

from mlp_teach.grading.compare import judge, numbers, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.grading.wire import Expression

NAME = "learning_curve"
CLOSE = 1e-5  # between two processes, after a training
SIZES = (2, 4, 6)
GOES_ON = Text(
    "The model of one size goes on as the model of the next. Each size must start from the same "
    "untrained model: build it inside the loop.",
    "前のサイズで訓練したモデルを、次のサイズでも使い続けています。どのサイズも、"
    "同じ未訓練のモデルから始めなければなりません。ループの中でモデルを作ってください。",
)
SAME_EPOCHS = Text(
    "All sizes have the same number of epochs, so the small ones make fewer steps and end "
    "untrained. `sizes_of` gives settings with the same number of steps.",
    "どのサイズもエポック数が同じなので、小さいサイズではステップが少なく、訓練不足のまま終わります。"
    "`sizes_of` が、ステップ数のそろった設定を与えます。",
)
VALIDATION = Text(
    "These are errors of the validation part, which chose the epoch. The test part judges.",
    "これは検証用データの誤差です。検証用データはエポックを選ぶのに使いました。"
    "評価はテスト用データで行います。",
)
TRAINING = Text(
    "These are errors of frames that the models have learnt from.",
    "これは、モデルが学習した配置での誤差です。",
)
UNITS = Text(
    "These are eV/Å; meV/Å were asked for.", "これは eV/Å です。求められているのは meV/Å です。"
)
ROOT = Text(
    "This is the RMSE; the MAE was asked for.",
    "これは RMSE です。求められているのは MAE です。",
)
ENERGIES = Text(
    "These are the errors of the energies; those of the forces were asked for.",
    "これはエネルギーの誤差です。求められているのは力の誤差です。",
)
OTHER = Text(
    "These are not the errors of models trained with the first n frames. For each size: build the "
    "model, make the data, train, compare.",
    "最初の n 配置で訓練したモデルの誤差になっていません。サイズごとに、"
    "モデルを作り、データを用意し、訓練し、比べてください。",
)
SIGN = Text(
    "The sign is wrong: the error is c n^-a, so a > 0 where it falls.",
    "符号が逆です。誤差は c n^-a なので、誤差が減るとき a > 0 です。",
)
NO_LOGARITHM = Text(
    "This is no slope of logarithms: ln(error) = ln c - a ln n is a straight line, the error "
    "itself is none.",
    "対数の傾きになっていません。直線になるのは誤差そのものではなく、"
    "ln(誤差) = ln c - a ln n です。",
)
ENDS = Text(
    "This slope comes from two of the points only. Use them all, by least squares.",
    "この傾きは 2 点だけから求めたものです。最小二乗法で、すべての点を使ってください。",
)
NO_SLOPE = Text(
    "This exponent does not belong to the errors beside it: fit a straight line through all points "
    "(ln n, ln error).",
    "この指数は、一緒に返された誤差に対応していません。すべての点（ln n, ln 誤差）に、"
    "直線を当てはめてください。",
)
CALL = f"lambda make, sizes, *given: {NAME}(*make(*given), sizes, 'cpu')"
SPLIT = (6, 8)  # training, validation, the rest to test


def made(seed, split, positions, energies, forces):
    """What the student's function gets; sent as text, and run in the process where it runs."""
    import torch
    from ase import Atoms
    from ase.calculators.singlepoint import SinglePointCalculator

    from mlp_teach.training.experiment import Experiment
    from mlp_teach.training.fit import Settings
    from mlp_teach.training.losses import Weights

    frames = [Atoms("Cu4", one) for one in positions]
    for atoms, energy, force in zip(frames, energies, forces, strict=True):
        atoms.calc = SinglePointCalculator(atoms, energy=float(energy), forces=force)
    expansion = {"kind": "GaussianSmearing", "n": 6, "cutoff": 4.5}
    experiment = Experiment(
        dataset="made",
        validation=0.3,
        seed=seed,
        precision=torch.float64,
        stress_offset=0.0,
        model="mlp_teach.models.schnet:SchNet",
        model_settings={"elements": [29], "features": 4, "layers": 1, "expansion": expansion},
        training=Settings(
            epochs=2,
            batch_size=3,
            learning_rate=0.02,
            last_learning_rate=0.002,
            weights=Weights(1.0, 1.0),
            average=0.9,
            seed=seed,
        ),
    )
    return experiment, frames[: split[0]], frames[split[0] : split[1]], frames[split[1] :]


MAKE = Expression(f"(lambda space: (exec({getsource(made)!r}, space), space['made'])[1])({{}})")


def _labelled(chance: np.random.Generator) -> tuple:
    """Clusters of copper with the energies and forces of a Morse potential, and a seed."""
    corners = 2.6 * np.array(list(np.ndindex(2, 2, 1)))
    r = corners + chance.normal(scale=0.25, size=(12, 4, 3))
    vectors = r[:, None] - r[:, :, None]  # r_ij
    d = np.sqrt((vectors**2).sum(-1)) + np.eye(4)
    well = np.exp(-1.5 * (d - 2.6)) * (1 - np.eye(4))
    energies = 0.5 * (0.4 * (well**2 - 2 * well)).sum((1, 2))
    slopes = 1.2 * (well - well**2)
    forces = (slopes / d)[..., None] * vectors
    return int(chance.integers(1000)), list(SPLIT), r, energies, forces.sum(2)


class _Trainings:
    """The same trainings out here, each done once and only when it is asked for."""

    def __init__(self, given: tuple):
        self.experiment, *frames = made(*given)
        self.frames = dict(zip(("training", "validation", "test"), frames, strict=True))
        self.comparisons = cache(self._comparisons)

    def _comparisons(self, kind: str) -> list[dict]:
        """For each size the comparisons of each part, of models trained in one of three ways."""
        from mlp_teach.training.experiment import build_model, make_data, train
        from mlp_teach.training.metrics import compare
        from mlp_teach.training.subsets import Sizes, sizes_of

        settings, found = self.experiment.training, []
        whole = len(self.frames["training"])
        model = build_model(self.experiment)
        data = {
            name: make_data(model, part, self.experiment.precision)
            for name, part in self.frames.items()
        }
        for size in sizes_of(Sizes(list(SIZES)), whole, settings):
            model = model if kind == "goes on" else build_model(self.experiment).double()
            shown = data["training"][: size.frames] if kind == "epochs" else None
            own = settings if kind == "epochs" else size.settings
            train(model, shown or size.part(data["training"]), data["validation"], own)
            seen = data | {"training": data["training"][: size.frames]}
            found.append({name: compare(model, part) for name, part in seen.items()})
        return found

    def errors(self, kind: str = "right", part: str = "test", name: str = "forces") -> np.ndarray:
        return np.array([one[part].mae(name) for one in self.comparisons(kind)])

    def mistakes(self):
        """Lazily: a right answer needs none of these trainings."""
        yield VALIDATION, self.errors(part="validation")
        yield TRAINING, self.errors(part="training")
        yield UNITS, self.errors() / 1000
        yield ROOT, np.array([one["test"].rmse("forces") for one in self.comparisons("right")])
        yield ENERGIES, self.errors(name="energy")
        yield SAME_EPOCHS, self.errors("epochs")
        yield GOES_ON, self.errors("goes on")


def _errors(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = _labelled(chance)
    found = parts(ask(CALL, MAKE, list(SIZES), *given), 2)[0]
    trainings = _Trainings(given)
    return judge(found, trainings.errors(), OTHER, trainings.mistakes(), close=CLOSE)


def _exponent(ask: Ask, chance: np.random.Generator) -> Text | None:
    errors, found = parts(ask(CALL, MAKE, list(SIZES), *_labelled(chance)), 2)
    errors = numbers(errors, (len(SIZES),))
    if not (errors > 0).all() or np.ptp(errors) < 1e-6 * errors.max():
        return OTHER  # no curve
    x, y = np.log(SIZES), np.log(errors)
    right = -np.polyfit(x, y, 1)[0]
    slopes = [(y[b] - y[a]) / (x[b] - x[a]) for a, b in ((0, 2), (0, 1), (1, 2))]
    mistakes = [
        (SIGN, -right),
        *((ENDS, -one) for one in slopes),
        *((NO_LOGARITHM, k * np.polyfit(SIZES, errors, 1)[0]) for k in (1, -1)),
        *((NO_LOGARITHM, k * np.polyfit(x, errors, 1)[0]) for k in (1, -1)),
        *((NO_LOGARITHM, k * np.polyfit(SIZES, y, 1)[0]) for k in (1, -1)),
        *((SIGN, one) for one in slopes),
    ]
    return judge(found, right, NO_SLOPE, mistakes, close=1e-6)


LEARNING_CURVE = Exercise(
    "ps6_learning_curve",
    NAME,
    (
        Item(
            "errors",
            3,
            Text(
                "Each error is that of a model trained with the first n frames and as many steps",
                "どの誤差も、最初の n 配置で、同じステップ数だけ訓練したモデルのものである",
            ),
            _errors,
        ),
        Item(
            "exponent",
            2,
            Text("The exponent is that of the errors", "指数が誤差に対応している"),
            _exponent,
        ),
    ),
    library=True,
    imports=("mlp_teach.training.experiment", "torch._dynamo"),  # the latter by every optimiser
)
