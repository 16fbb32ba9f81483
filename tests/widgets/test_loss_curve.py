"""The live loss curve: every value is kept, and the picture shows them on a logarithmic scale."""

import math
import os
from pathlib import Path

import numpy as np
import pytest
from nbclient import NotebookClient
from nbformat import v4

from mlp_teach.training.fit import Epoch
from mlp_teach.widgets.drawing import Line
from mlp_teach.widgets.loss_curve import WORDS, loss_curve, loss_line, loss_picture

ROOT = Path(__file__).resolve().parents[2]


def filled(n, lang="en"):
    curve = loss_curve(lang)
    for epoch in range(n):
        curve(Epoch(epoch, 1.0 / (epoch + 1), 2.0 / (epoch + 1), 1e-3, 0.1 * epoch))
    return curve


def lines(drawing):
    return [mark for mark in drawing.panels[0].marks if isinstance(mark, Line)]


def test_both_losses_of_every_epoch_are_kept(capsys):
    assert filled(3).history == {
        "training": [(0, 1.0), (1, 0.5), (2, 1 / 3)],
        "validation": [(0, 2.0), (1, 1.0), (2, 2 / 3)],
    }


def test_outside_a_notebook_the_numbers_come_as_text(capsys):
    filled(50)
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].split() == ["0", "training", "1", "validation", "2"]
    assert len(printed) == 1  # within two seconds no second line
    assert loss_line(7, {"loss": 0.125}).split() == ["7", "loss", "0.125"]


def test_a_long_curve_is_thinned_but_its_last_value_stays(capsys):
    training, _ = lines(loss_picture(filled(5000).history))
    assert len(training.x) <= 402
    assert training.x[-1] == 4999
    assert training.y[-1] == pytest.approx(1 / 5000)


def test_the_axes_hold_every_value(capsys):
    panel = loss_picture(filled(200).history).panels[0]
    assert panel.log
    assert panel.y_range[0] < 1 / 200
    assert panel.y_range[1] > 2.0
    assert panel.x_range[1] > 199


def test_a_loss_that_is_not_finite_or_not_positive_does_not_break_the_picture(capsys):
    curve = loss_curve()
    for epoch, value in enumerate([1.0, math.nan, math.inf, 0.0, 0.5]):
        curve.update(epoch, {"loss": value})
    assert curve.history["loss"] == [(0, 1.0), (3, 0.0), (4, 0.5)]
    assert np.isfinite(loss_picture(curve.history).panels[0].y_range).all()


def test_a_single_value_has_axes_around_it(capsys):
    curve = loss_curve()
    curve.update(0, {"loss": 0.3})
    panel = loss_picture(curve.history).panels[0]
    assert panel.y_range[0] < 0.3 < panel.y_range[1]
    assert panel.x_range[0] < panel.x_range[1]


def test_the_table_tells_the_lowest_loss_and_its_epoch(capsys):
    curve = loss_curve()
    for epoch, value in enumerate([1.0, 0.25, 0.5]):
        curve.update(epoch, {"validation": value})
    assert loss_picture(curve.history).table.rows == (("validation", "0.5", "0.25", "1"),)


def test_japanese_lessons_get_japanese_words(capsys):
    drawing = loss_picture(filled(3, "ja").history, "ja")
    assert [line.label for line in lines(drawing)] == ["訓練", "検証"]
    assert drawing.panels[0].x_label == "エポック"
    assert WORDS["en"].keys() == WORDS["ja"].keys()


def test_a_notebook_keeps_the_still_of_the_last_epoch():
    cell = (
        "from mlp_teach.widgets.loss_curve import loss_curve\n"
        "curve = loss_curve()\n"
        "for epoch in range(20):\n    curve.update(epoch, {'loss': 1 / (epoch + 1)})"
    )
    notebook = v4.new_notebook(cells=[v4.new_code_cell(cell)])
    NotebookClient(notebook, timeout=300).execute(env={**os.environ, "PYTHONPATH": str(ROOT)})
    (output,) = notebook.cells[0].outputs
    assert "Epoch 19: loss 0.05." in output.data["text/plain"]
