"""The file that asks for a training, with one's own element, cutoff and seed, at either size."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from math import ceil
from pathlib import Path

import numpy as np

from mlp_teach.grading import hints
from mlp_teach.grading.compare import Unfit
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.grading.variant import PersonalItem, Variant, variant

NAME = "experiment_text"
MODEL = "mlp_teach.models.schnet:SchNet"
LONGEST, DEEPEST = 10_000, 200  # letters; brackets
VALIDATION, BATCH, STEPS, SMALL_EPOCHS = 20, 10, 20_000, 2
FEATURES = {"small": 16, "full": 64}
NO_TEXT = Text(
    "The function must return the text of a TOML file.",
    "関数は TOML ファイルの文字列を返さなければなりません。",
)
UNREADABLE = Text(
    "`read_experiment` cannot read it: {message}",
    "`read_experiment` で読めません：{message}",
)
NO_NETWORK = Text(
    "The file has to train a SchNet: [model] with class = {model!r}, and [training].",
    "SchNet を訓練するファイルでなければなりません。[model] の class = {model!r} と [training] "
    "が要ります。",
)
OTHER_FRAMES = Text(
    "The frames lie in {expected}; the file asks for {found}.",
    "配置は {expected} にありますが、ファイルでは {found} になっています。",
)
SYMBOL = Text(
    "`elements` wants atomic numbers, such as [29] for copper.",
    "`elements` には原子番号を書きます（銅なら [29]）。",
)
OF_ANOTHER = Text(
    "For the id {student!r} it is {expected}; the file says {found}. Is {student!r} the id in the "
    "first code cell? The marks go by the name of your folder.",
    "id が {student!r} のときは {expected} ですが、ファイルでは {found} になっています。"
    "最初のコードセルの id は {student!r} ですか。採点ではフォルダの名前が使われます。",
)
TWO_SEEDS = Text(
    "The seed stands in [data], where it draws the split, and in [training], where it draws the "
    "order; both are to be yours.",
    "種は [data]（分割を決める）と [training]（順番を決める）の両方にあります。"
    "どちらも自分の種にしてください。",
)
RECIPROCAL = Text(
    "The exchange rate is upside down: an energy error a weighs as much as a force error "
    "a √(w_E / w_F).",
    "交換レートが逆です。大きさ a のエネルギーの誤差は、大きさ a √(w_E / w_F) "
    "の力の誤差と同じ重さです。",
)
NO_SQUARE = Text(
    "The loss has squares: w_E / w_F is the square of the exchange rate.",
    "損失は 2 乗の平均です。w_E / w_F は交換レートの 2 乗になります。",
)
WEIGHTS = Text(
    "With these weights 1 meV/atom weighs as much as {found:.3g} meV/Å, not {expected:.3g}.",
    "この重みでは、1 meV/atom が {found:.3g} meV/Å と同じ重さです。{expected:.3g} "
    "meV/Å でなければなりません。",
)
NO_FORCES = Text(
    "Energies and forces must have a weight above 0, and the stress the weight 0.",
    "エネルギーと力の重みは 0 より大きく、応力の重みは 0 でなければなりません。",
)
COUNT_FOR_SHARE = Text(
    "`validation` is a share of the frames, between 0 and 1, and not a number of frames.",
    "`validation` は配置の個数ではなく、0 と 1 の間の割合です。",
)
SPLIT = Text(
    "With {frames} frames this share gives {found} for validation; there are to be {expected}.",
    "配置が {frames} 個のとき、この割合では検証用が {found} 個になります。"
    "{expected} 個でなければなりません。",
)
ALL_FRAMES = Text(
    "These epochs would fit if all frames were learnt from. Those for validation make no step.",
    "このエポック数は、すべての配置を訓練に使う場合のものです。検証用の配置ではステップは進みません。",
)
STEPS_FOR_EPOCHS = Text(
    "`epochs` counts passes over the training part; each has many steps.",
    "`epochs` は訓練データを何周するかです。1 周の間に何回もステップが進みます。",
)
STEPS_MADE = Text(
    "At the size {size!r} this makes {found} epochs of {each} steps; {expected} epochs are needed.",
    "サイズ {size!r} では、{each} ステップのエポックが {found} 回になります。"
    "必要なのは {expected} 回です。",
)
BATCHES = Text(
    "Batches of {expected} structures were asked for; here they have {found}.",
    "バッチは {expected} 構造のはずですが、{found} 構造になっています。",
)
ONE_SETTING = Text(
    "From small to full only `features` and `epochs` may change; here more does: {names}.",
    "small と full で変わってよいのは `features` と `epochs` だけですが、ほかのものも変わっています"
    "（{names}）。",
)
WRONG_FEATURES = Text(
    "At the size {size!r} the network is to have {expected} features; it has {found!r}.",
    "サイズ {size!r} のネットワークの features は {expected} のはずですが、{found!r} "
    "になっています。",
)


def _draw(chance: np.random.Generator) -> tuple[int, float]:
    """How many frames there are, and how many meV/Å weigh as much as 1 meV/atom."""
    return int(chance.integers(300, 2000)), float(chance.choice([3.0, 5.0, 7.0, 8.0, 12.0]))


def _read(ask: Ask, size: str, frames: int, exchange: float):
    """What `mlp-teach train` would read. Nothing of it is run. Raises Unfit."""
    from mlp_teach.training.experiment_file import read_experiment
    from mlp_teach.training.fit import Settings

    text = ask(NAME, size, frames, exchange)
    if text is None:
        raise Unfit(hints.NOTHING)
    if not isinstance(text, str) or len(text) > LONGEST or text.count("[") > DEEPEST:
        raise Unfit(NO_TEXT)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "experiment.toml"
        path.write_bytes(text.encode("utf-8", "replace"))
        try:
            read = read_experiment(path)
        except (ValueError, OverflowError, RecursionError) as error:
            said = str(error)
            if "'validation' is" in said:
                raise Unfit(COUNT_FOR_SHARE) from None
            if "'elements' is" in said:
                raise Unfit(SYMBOL) from None
            message = _line(said.replace(f"{path}", "experiment.toml"), 300)
            raise Unfit(UNREADABLE.with_words(message=message)) from None
        names = {Path(read.dataset).name, Path(read.test).name}
    if read.model != MODEL or not isinstance(read.training, Settings):
        raise Unfit(NO_NETWORK.with_words(model=MODEL))
    return read, names


def _readable(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = _draw(chance)
    for size in FEATURES:
        _read(ask, size, *given)
    return None


def _yours(ask: Ask, chance: np.random.Generator, student: str) -> Text | None:
    read, names = _read(ask, "small", *_draw(chance))
    mine, model = variant(student), read.model_settings
    files = {f"{part}_{mine.element}.xyz" for part in ("train", "test")}
    expansion = model.get("expansion")
    cutoff = expansion.get("cutoff") if isinstance(expansion, dict) else None
    elements = model.get("elements")
    found = (elements, cutoff, read.seed)
    if found != ([mine.number], mine.cutoff, mine.seed):
        return _of_another(student, mine, found)
    if read.training.seed != mine.seed:
        return TWO_SEEDS
    if names != files:
        words = (" + ".join(sorted(one, reverse=True)) for one in (files, names))
        return OTHER_FRAMES.with_words(**dict(zip(("expected", "found"), words, strict=True)))
    return None


def _of_another(student: str, mine: Variant, found: tuple) -> Text:
    right = f"elements = [{mine.number}], cutoff = {mine.cutoff}, seed = {mine.seed}"
    said = _line("elements = {!r}, cutoff = {!r}, seed = {!r}".format(*found), 120)
    return OF_ANOTHER.with_words(student=student, expected=right, found=said)


def _line(words: str, longest: int) -> str:
    """The beginning, without what a terminal could choke on."""
    return "".join(letter for letter in words if letter.isprintable())[:longest]


def _split_and_steps(ask: Ask, chance: np.random.Generator) -> Text | None:
    frames, exchange = _draw(chance)
    learnt = frames - VALIDATION
    for size in ("full", "small"):
        read, _ = _read(ask, size, frames, exchange)
        held = frames - round((1 - read.validation) * frames)
        if held != VALIDATION:
            return SPLIT.with_words(frames=frames, found=held, expected=VALIDATION)
        settings = read.training
        if settings.batch_size != BATCH:
            return BATCHES.with_words(found=settings.batch_size, expected=BATCH)
        each = ceil(learnt / BATCH)
        expected = SMALL_EPOCHS if size == "small" else ceil(STEPS / each)
        if settings.epochs == STEPS:
            return STEPS_FOR_EPOCHS
        of_all = ceil(STEPS / ceil(frames / BATCH))
        if size == "full" and settings.epochs == of_all != expected:
            return ALL_FRAMES
        if settings.epochs != expected:
            words = {"size": size, "each": each, "expected": expected}
            return STEPS_MADE.with_words(found=settings.epochs, **words)
    return None


def _weights(ask: Ask, chance: np.random.Generator) -> Text | None:
    frames, exchange = _draw(chance)
    weights = _read(ask, "full", frames, exchange)[0].training.weights
    if weights.stress or not (weights.energy and weights.forces):
        return NO_FORCES
    ratio = weights.energy / weights.forces
    for hint, wrong in ((NO_SQUARE, exchange), (RECIPROCAL, exchange**-2)):
        if np.isclose(ratio, wrong, rtol=1e-6):
            return hint
    if not np.isclose(ratio, exchange**2, rtol=1e-6):
        return WEIGHTS.with_words(found=float(np.sqrt(ratio)), expected=exchange)
    return None


def _one_setting(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = _draw(chance)
    kept = []
    for size, expected in FEATURES.items():
        read = asdict(_read(ask, size, *given)[0])
        found = read["model_settings"].pop("features", None)
        if found != expected:
            return WRONG_FEATURES.with_words(size=size, expected=expected, found=str(found)[:20])
        read["training"].pop("epochs")
        read["dataset"], read["test"] = (Path(read[one]).name for one in ("dataset", "test"))
        kept.append(read)
    names = [name for name in kept[0] if kept[0][name] != kept[1][name]]
    return ONE_SETTING.with_words(names=", ".join(names)) if names else None


EXPERIMENT_TEXT = Exercise(
    "ps6_experiment_text",
    NAME,
    (
        Item(
            "readable",
            1,
            Text("`mlp-teach train` can read it", "`mlp-teach train` で読める"),
            _readable,
        ),
        PersonalItem(
            "yours",
            2,
            Text(
                "Element, frames, cutoff and both seeds are yours",
                "元素、配置、カットオフ、2 か所の種が自分のものである",
            ),
            _yours,
        ),
        Item(
            "split and steps",
            1,
            Text(
                "20 frames for validation, and as many epochs as the size needs",
                "検証用が 20 配置で、エポック数がサイズに合っている",
            ),
            _split_and_steps,
        ),
        Item(
            "weights",
            1,
            Text(
                "1 meV/atom weighs as much as `exchange` meV/Å",
                "1 meV/atom が `exchange` meV/Å と同じ重さである",
            ),
            _weights,
        ),
        Item(
            "one setting",
            1,
            Text(
                "The size changes features and epochs, and nothing else",
                "サイズで変わるのは features と epochs だけである",
            ),
            _one_setting,
        ),
    ),
)
