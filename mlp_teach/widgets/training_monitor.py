"""The training monitor: the loss curve of a job, drawn while it runs elsewhere.

    monitor = training_monitor("runs/painn")      in a cell of its own; the kernel stays free
    monitor.wait()                                where the next cell needs the model

It reads the files that the job writes (training/progress.py) every few seconds, for as long as the
kernel is free, and whenever the learner presses the button. A job on a cluster, in another process
or begun last week is followed alike. While Slurm does not answer, the monitor says so and goes on.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

from mlp_teach.show import in_notebook
from mlp_teach.training.job import follow
from mlp_teach.training.progress import Progress
from mlp_teach.widgets.drawing import Button, Drawing, Event
from mlp_teach.widgets.loss_curve import WORDS as CURVE
from mlp_teach.widgets.loss_curve import History, loss_picture

EVERY = 2.0  # s between two looks at the files
ASKED = 30.0  # s between two questions to a cluster's Slurm, which has a class to answer
WORDS = {
    "en": {
        "look": "Look again",
        "waiting": "The job has not begun to train yet.",
        "running": "Running: {done} of {epochs} epochs after {minutes:.1f} minutes. {values}",
        "finished": "Finished: {done} epochs in {minutes:.1f} minutes. {values}",
        "stopped": "Stopped after {done} of {epochs} epochs. {values}",
        "gone": "The job ended after {done} of {epochs} epochs without a word. {values}",
        "failed": "The job failed: {message}",
        "silent": "Nothing heard for {silent:.0f} minutes; is it still there?",
        "description": "Loss on a logarithmic scale against the epoch, of a training that runs as "
        "a job.",
        "unheard": "Slurm does not answer ({message}); this is what the job's files tell.",
        "end": ".",
        "gap": " ",
    },
    "ja": {
        "look": "もう一度見る",
        "waiting": "ジョブの訓練はまだ始まっていません。",
        "running": "実行中：{done} / {epochs} エポック、{minutes:.1f} 分経過。{values}",
        "finished": "終了：{done} エポック、{minutes:.1f} 分。{values}",
        "stopped": "停止：{done} / {epochs} エポック。{values}",
        "gone": "ジョブは {done} / {epochs} エポックまでで、理由を記録せずに終わりました。{values}",
        "failed": "ジョブは失敗しました：{message}",
        "silent": "{silent:.0f} 分間、何も書き込まれていません。ジョブはまだ動いていますか。",
        "description": "ジョブとして動いている訓練の損失（対数目盛）とエポックの関係を示します。",
        "unheard": "Slurm から応答がありません（{message}）。"
        "ここに示すのは、ジョブのファイルの内容です。",
        "end": "。",
        "gap": "",
    },
}
SILENT = 300.0  # s without a word, after which the learner is told, if also
EPOCHS = 10  # usual epochs would have fitted into it


class TrainingMonitor:
    """Shows one folder's training; `progress` is what was last read."""

    def __init__(self, folder: Path | str, lang: str = "en"):
        self.folder, self.lang = Path(folder), lang
        self.progress = follow(self.folder)
        self._canvas = None
        self._task: asyncio.Task | None = None

    def look(self, age: float | int = 0) -> Progress:
        """Reads again, and draws what is new. Raises as `job.follow` does, which has `age`."""
        self._take(follow(self.folder, age))
        return self.progress

    def wait(self, seconds: float | int = 600) -> Progress:
        """Looks until the job is over, and blocks the kernel meanwhile. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while not self.look(ASKED).over:
            if time.monotonic() > end:
                raise TimeoutError(
                    f"The job still runs after {seconds:g} s: {self.summary()} Go on with the "
                    "lesson, and run this cell again later."
                )
            time.sleep(EVERY / 4)
        if not in_notebook():
            print(self.summary())
        return self.progress

    def summary(self) -> str:
        """Where the job is, in one line."""
        return _summary(self.progress, WORDS[self.lang], CURVE[self.lang])

    def _take(self, progress: Progress) -> None:
        before, said = replace(self.progress, silent=progress.silent), self.summary()
        self.progress = progress
        changed = progress != before or self.summary() != said  # silence changes the words alone
        if self._canvas is not None and changed:
            self._canvas.state = progress
            self._canvas.redraw()

    async def _follow(self) -> None:
        while not self.progress.over:
            await asyncio.sleep(EVERY)
            known = self.progress
            # A cluster's answer may take seconds: the kernel must not wait for it.
            try:
                found = await asyncio.to_thread(follow, self.folder, ASKED)
            except OSError:  # a network drive is away for a while; who looks is told
                continue
            if self.progress is known:  # nobody has looked meanwhile, and later than we did
                self._take(found)

    def _asked(self, state: Progress, event: Event) -> Progress:
        self.progress = follow(self.folder)
        return self.progress

    def _repr_mimebundle_(self, **kwargs):
        from mlp_teach.widgets.canvas import Canvas

        if self._canvas is None:
            self._canvas = Canvas(
                self.progress,
                lambda progress: monitor_picture(progress, self.lang),
                self._asked,
                lang=self.lang,
            )
        if self._task is None or self._task.done():
            try:
                self._task = asyncio.get_running_loop().create_task(self._follow())
            except RuntimeError:  # no notebook: nothing runs between two cells
                self._task = None
        return self._canvas._repr_mimebundle_(**kwargs)


def training_monitor(folder: Path | str, lang: str = "en") -> TrainingMonitor:
    """The monitor of the training that writes to `folder`, whether or not it has begun."""
    return TrainingMonitor(folder, lang)


def monitor_picture(progress: Progress, lang: str = "en") -> Drawing:
    """The loss curve of a progress, with its state in words and a button to look again."""
    words = WORDS[lang]
    drawn = loss_picture(curves(progress, lang), lang)
    panel = drawn.panels[0]
    last = max(panel.x_range[1], 1.05 * (progress.epochs - 1))
    return replace(
        drawn,
        panels=(replace(panel, x_range=(0.0, last)),),
        description=words["description"],
        summary=_summary(progress, words, CURVE[lang]),
        controls=() if progress.over else (Button("look", words["look"]),),
    )


def curves(progress: Progress, lang: str = "en") -> History:
    """Both losses against the epoch, under the names that the curve's legend has."""
    words, epochs = CURVE[lang], progress.history
    if not epochs:
        return {}
    return {
        words["training"]: [(epoch.number, epoch.training_loss) for epoch in epochs],
        words["validation"]: [(epoch.number, epoch.validation_loss) for epoch in epochs],
    }


def _summary(progress: Progress, words: dict, curve: dict) -> str:
    last = progress.history[-1] if progress.history else None
    values = ""
    if last:
        pair = ("training", last.training_loss), ("validation", last.validation_loss)
        values = curve["comma"].join(f"{curve[name]} {value:.3g}" for name, value in pair)
    said = words[progress.state].format(
        done=len(progress.history),
        epochs=progress.epochs,
        minutes=last.seconds / 60 if last else 0.0,
        values=values,
        message=progress.message,
    )
    if progress.state == "running" and progress.silent > max(SILENT, EPOCHS * _usual(progress)):
        said = _added(said, words["silent"].format(silent=progress.silent / 60), words)
    if progress.unheard and not progress.over:
        why = progress.unheard.rstrip(".")
        said = _added(said, words["unheard"].format(message=why), words)
    return said


def _added(said: str, more: str, words: dict) -> str:
    """One more sentence."""
    said = said.rstrip()
    end = "" if said.endswith((".", "?", "。")) else words["end"]
    return said + end + words["gap"] + more


def _usual(progress: Progress) -> float:
    """s that an epoch took in the mean so far; 0 before the first."""
    history = progress.history
    return history[-1].seconds / len(history) if history else 0.0
