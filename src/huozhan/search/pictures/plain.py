"""What can be said of a picture without having learnt anything: where which colours are, and which way edges run."""

import numpy as np
from numpy.typing import NDArray

from huozhan.search.pictures.model import Pixels, Vectors, packed

SIDE = 64
CELLS = 8
DIRECTIONS = 8
LAYOUT = 4
_Numbers = NDArray[np.float32]


class PlainModel:
    """Edges and colours by place."""

    name = "plain-1"
    side = SIDE
    width = CELLS * CELLS * DIRECTIONS + 2 * LAYOUT * LAYOUT * 3

    def vectors(self, pixels: Pixels) -> Vectors:
        """The vectors of these pictures."""
        shown: _Numbers = np.divide(pixels, 255, dtype=np.float32)
        return packed(np.concatenate([edges(shown), 0.5 * colours(shown)], axis=1))


def edges(shown: _Numbers, cells: int = CELLS) -> _Numbers:
    """How strong edges of each direction are in each cell, every picture's numbers of length one."""
    grey = shown.mean(axis=3)
    across = np.zeros_like(grey)
    down = np.zeros_like(grey)
    across[:, :, 1:-1] = grey[:, :, 2:] - grey[:, :, :-2]
    down[:, 1:-1] = grey[:, 2:] - grey[:, :-2]
    strength = np.hypot(across, down)
    turn = (np.arctan2(down, across) % np.pi) / np.pi * DIRECTIONS
    which = np.floor(turn).astype(int) % DIRECTIONS
    by_direction = np.stack([strength * (which == one) for one in range(DIRECTIONS)], axis=3)
    return _unit(np.sqrt(_cells(by_direction, cells)))


def colours(shown: _Numbers) -> _Numbers:
    """The mean colour and its spread in each of sixteen places, as brightness and two opponents."""
    red, green, blue = shown[..., 0], shown[..., 1], shown[..., 2]
    opponents = np.stack([(red + green + blue) / 3 - 0.5, red - green, (red + green) / 2 - blue], axis=3)
    mean = _cells(opponents, LAYOUT)
    spread = np.sqrt(np.maximum(_cells(opponents**2, LAYOUT) - mean**2, 0))
    return _unit(np.concatenate([mean, spread], axis=1))


def _cells(values: _Numbers, cells: int) -> _Numbers:
    """The means of the cells of a square grid, all in one row for each picture."""
    many, side, _, depth = values.shape
    step = side // cells
    means: _Numbers = values.reshape(many, cells, step, cells, step, depth).mean(axis=(2, 4))
    return means.reshape(many, -1)


def _unit(rows: _Numbers) -> _Numbers:
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-6))
    unit: _Numbers = np.divide(rows, lengths, dtype=np.float32)
    return unit
