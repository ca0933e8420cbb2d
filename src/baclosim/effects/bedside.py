"""What the examiner writes down: ordinal scores observed from the continuous tone and spasms of the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

RESPONSE = 1.0
"""Fall of the Ashworth or the spasm score, in points, that is called a response: assumed, for trials do not agree."""

EXAMINER_ERROR = 0.25
"""SD of one examiner's reading of a mean score about the truth, in points: assumed."""


def observed_ashworth(latent: ArrayLike, error: ArrayLike = 0.0) -> Array:
    """Ashworth score of one joint as recorded, a whole number from 1 to 5.

    latent  continuous tone, any shape; error  the examiner's, added before rounding (a scalar or the same shape)
    """
    return np.clip(np.floor(np.add(latent, error) + 0.5), 1.0, 5.0)


def observed_spasms(latent: ArrayLike, error: ArrayLike = 0.0) -> Array:
    """Spasm frequency score as recorded, a whole number from 0 to 4; arguments as for `observed_ashworth`."""
    return np.clip(np.floor(np.add(latent, error) + 0.5), 0.0, 4.0)


@dataclass(frozen=True)
class Examiner:
    """Who reads a mean score: with an SD of `error` points, over so many muscle `groups`, each a whole number.

    The mean of whole numbers moves in steps of 1 / groups; 0 groups is a reading that is not rounded.
    """

    error: float = EXAMINER_ERROR
    groups: int = 8

    def reads(self, latent: ArrayLike, z: ArrayLike, limits: tuple[float, float]) -> Array:
        """The mean score as recorded, any shape; `z` is this reading's error in SDs."""
        true = np.add(latent, self.error * np.asarray(z))
        return np.clip(np.floor(true * self.groups + 0.5) / self.groups if self.groups else true, *limits)


CAREFUL = Examiner()
"""Eight groups, about the muscles of both legs that trials add up: assumed."""
EXACT = Examiner(0.0, 0)


def responded(ashworth_fall: ArrayLike, spasm_fall: ArrayLike, response: float = RESPONSE) -> NDArray[np.bool_]:
    """Whether the mean Ashworth or the spasm score fell by at least `response` points; one element per patient."""
    return np.maximum(ashworth_fall, spasm_fall) >= response


def response_probability(
    ashworth_fall: ArrayLike, spasm_fall: ArrayLike, response: float = RESPONSE, error: float = EXAMINER_ERROR
) -> Array:
    """Probability of a recorded response when the reading of the larger fall has an SD of `error` points."""
    from scipy.special import ndtr

    return ndtr((np.maximum(ashworth_fall, spasm_fall) - response) / error)


def outcome(helped: ArrayLike, intolerant: ArrayLike) -> NDArray[np.str_]:
    """Each patient's fate in a cohort: "intolerant" whatever the help, else "responder" or "non-responder"."""
    return np.where(np.asarray(intolerant), "intolerant", np.where(np.asarray(helped), "responder", "non-responder"))
