"""What a picture looks like, as numbers: pictures of alike goods have vectors that point the same way."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Pictures as (how many, side, side, 3) in sRGB."""
Vectors = NDArray[np.int8]
"""Vectors as (how many, width), each of length 127 as near as whole numbers come."""
SCALE = 127


class Model(Protocol):
    """Makes vectors of pictures. Two vectors can be compared only if one model of one name made them."""

    @property
    def name(self) -> str:
        """Its name with its version: another one means that every picture is reckoned again."""
        ...

    @property
    def side(self) -> int:
        """How many pixels wide and high the pictures are that it takes."""
        ...

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        ...

    def vectors(self, pixels: Pixels) -> Vectors:
        """The vectors of these pictures."""
        ...


def packed(lengths: NDArray[Any]) -> Vectors:
    """Vectors of any length as vectors of whole numbers, all of length 127."""
    norms = np.maximum(np.linalg.norm(lengths, axis=1, keepdims=True), 1e-9)
    whole: Vectors = np.clip(np.rint(lengths / norms * SCALE), -SCALE, SCALE).astype(np.int8)
    return whole
