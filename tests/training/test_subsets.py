"""Sizes of a learning curve: nested parts, as many steps for each, and mistakes that are said."""

from math import ceil

import pytest

from mlp_teach.training.fit import Settings
from mlp_teach.training.regression import Regression
from mlp_teach.training.subsets import Size, Sizes, sizes_of

SETTINGS = Settings(epochs=300, batch_size=5)


def test_an_epoch_of_two_frames_out_of_seven_shows_them_three_times():
    (size,) = sizes_of(Sizes([2]), 7, SETTINGS)
    assert size.part("abcdefg") == list("ababab")


def test_every_part_lies_within_the_next_one():
    small, large = sizes_of(Sizes([3, 8]), 10, SETTINGS)
    assert set(small.part(range(10))) < set(large.part(range(10))) < set(range(10))


@pytest.mark.parametrize("frames", [2, 7, 50, 100, 200, 400, 500, 949, 950])
def test_all_sizes_make_the_same_number_of_steps(frames):
    (size,) = sizes_of(Sizes([frames]), 950, SETTINGS)
    shown = size.times * frames
    assert size.steps == size.settings.epochs * ceil(shown / 5)
    assert size.steps == pytest.approx(300 * 950 / 5, rel=0.015)  # a last batch may be small
    assert 950 / 2 < shown <= 950


def test_the_whole_training_part_is_trained_as_without_a_curve():
    (size,) = sizes_of(Sizes([950]), 950, SETTINGS)
    assert size == Size(950, 1, SETTINGS)


def test_epochs_of_its_own_count_passes_over_the_whole_part():
    sizes = sizes_of(Sizes([50, 400, 950], [30, 60, 90]), 950, SETTINGS)
    assert [size.settings.epochs for size in sizes] == [30, 71, 90]  # 71 of 800 are 60 of 950
    assert [size.steps for size in sizes] == [30 * 190, 71 * 160, 90 * 190]


def test_a_regression_sees_each_frame_once():
    (size,) = sizes_of(Sizes([20]), 100, Regression())
    assert (size.times, size.steps) == (1, 0)
    with pytest.raises(ValueError, match="regression has no epochs"):
        sizes_of(Sizes([20], [3]), 100, Regression())


def test_more_frames_than_there_are_are_refused():
    with pytest.raises(ValueError, match="is 951, but the training part has only 950"):
        sizes_of(Sizes([50, 951]), 950, SETTINGS)


@pytest.mark.parametrize(
    ("frames", "epochs", "sentence"),
    [
        ([], [], "rising numbers from 2 on"),
        ([1, 5], [], "rising numbers from 2 on"),
        ([5, 5], [], "rising numbers from 2 on"),
        ([9, 5], [], "rising numbers from 2 on"),
        ([5.0], [], r"frames is \[5.0\]; a list of whole numbers"),
        ([True, 5], [], "frames is .* a list of whole numbers"),
        ([5, 9], ["3", "4"], "epochs is .* a list of whole numbers"),
        ([5, 9], [3], "1 epochs for 2 sizes"),
        ([5, 9], [0, 3], "numbers from 1 on"),
    ],
)
def test_a_mistake_in_the_sizes_is_said(frames, epochs, sentence):
    with pytest.raises(ValueError, match=sentence):
        Sizes(frames, epochs)
