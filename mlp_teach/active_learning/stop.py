"""When a loop ends: sure enough, good enough, or out of rounds or labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

UNLIMITED = 10**9


@dataclass(frozen=True)
class Stop:
    """Limits; whichever is reached first ends the run. Raises ValueError for impossible ones.

    Sure enough is no proof of good enough: models can be wrong together. So a limit on the error
    of labelled structures (`judge`'s `error_name`) is the better one where there are some to spare.
    """

    rounds: int  # of choosing; 0 labels the first structures and trains once
    labels: int = UNLIMITED  # structures asked for, the first and the failed ones included
    score: float | int = 0.0  # eV/Å: stop if no candidate is above
    error: float | int = 0.0  # stop below this
    error_name: str = ""

    def __post_init__(self) -> None:
        for name, value in (("rounds", self.rounds), ("labels", self.labels)):
            if isinstance(value, bool) or not isinstance(value, int | np.integer):
                raise ValueError(f"{name} is {value!r}; it must be a whole number.")
        if self.rounds < 0 or self.labels < 1:
            raise ValueError(f"rounds is {self.rounds}, labels {self.labels}; 0 and 1 are least.")
        if not (self.score >= 0 and self.error >= 0):
            raise ValueError(f"score is {self.score}, error {self.error}; 0 or more are needed.")
        if self.error > 0 and not self.error_name:
            raise ValueError("error is given, but not which one: error_name, of judge's answer.")

    def before_looking(self, rounds: int, asked: int, errors: dict[str, float]) -> str:
        """Why to stop with what is known before the models look for candidates, or nothing."""
        if self.error > 0:
            if self.error_name not in errors:
                known = ", ".join(errors) or "none: the loop was given no judge"
                raise ValueError(f"There is no error named {self.error_name!r}; there is {known}.")
            if errors[self.error_name] < self.error:
                return f"{self.error_name} is {errors[self.error_name]:g}, below {self.error:g}."
        if rounds >= self.rounds:
            return f"{rounds} rounds are done."
        if asked >= self.labels:
            return f"{asked} labels were asked for, of {self.labels}."
        return ""

    def after_looking(self, scores: Float[np.ndarray, " candidates"]) -> str:
        """Why to stop, now that the candidates' uncertainties are known, or nothing."""
        if not len(scores):
            return (
                "There is no candidate: all of the pool was asked for, or the models are sure "
                "enough of all they met."
            )
        if scores.max() <= self.score:
            return f"The largest uncertainty is {scores.max():.4g}, not above {self.score:g} eV/Å."
        return ""
