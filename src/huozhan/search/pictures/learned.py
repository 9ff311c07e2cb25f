"""The model that ships: a small convolutional net that has learnt what goods look like, in plain numpy.

`tools/pictures/train.py` made it from photos in the public domain or under MIT; `docs/pictures.md` says which and how well
it does. What it learnt tells kinds of goods apart; edges and colours by place stand beside that, to tell one from another.
"""

from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from huozhan.search.pictures.model import Pixels, Vectors, packed
from huozhan.search.pictures.plain import colours, edges

SIDE = 96
PLAIN_CELLS = 4
PLAIN_SHARE = 0.25
"""How long the part of edges and colours is beside what was learnt, which is of length one."""
_FILE = "learned.npz"
_MEAN, _SPREAD = 0.6, 0.3
_BATCH = 1
"""More at once would be slower: what a layer makes of one picture fits the processor's own memory."""
_Numbers = NDArray[np.float32]


class LearnedModel:
    """What was learnt, and edges and colours by place."""

    name = "learned-1"
    side = SIDE
    width = 128 + PLAIN_CELLS * PLAIN_CELLS * 8 + 96

    def vectors(self, pixels: Pixels) -> Vectors:
        """The vectors of these pictures, a few at once so that the memory in use stays small."""
        return np.concatenate([_vectors(pixels[at : at + _BATCH]) for at in range(0, len(pixels), _BATCH)])


def _vectors(pixels: Pixels) -> Vectors:
    shown: _Numbers = np.divide(pixels, 255, dtype=np.float32)
    plain = np.concatenate([edges(shown, PLAIN_CELLS), colours(shown)], axis=1)
    plain /= np.maximum(np.linalg.norm(plain, axis=1, keepdims=True), 1e-6)
    both_ways = learned(shown) + learned(shown[:, :, ::-1])
    both_ways /= np.maximum(np.linalg.norm(both_ways, axis=1, keepdims=True), 1e-6)
    return packed(np.concatenate([both_ways, PLAIN_SHARE * plain], axis=1))


def learned(shown: _Numbers) -> _Numbers:
    """What the net says of pictures in shares of full brightness, every picture's numbers of length one."""
    weights = _weights()
    at = _conv(
        ((shown - _MEAN) / _SPREAD).astype(np.float32), weights["stem.weight"], weights["stem.bias"], step=2
    )
    for block in range(3):
        at = _halved(_conv(at, weights[f"{block}.c1.weight"], weights[f"{block}.c1.bias"]))
        at = at + _conv(at, weights[f"{block}.c2.weight"], weights[f"{block}.c2.bias"])
    pooled = np.concatenate([at.mean(axis=(1, 2)), at.max(axis=(1, 2))], axis=1)
    said = pooled @ weights["fc.weight"].T + weights["fc.bias"]
    unit: _Numbers = said / np.maximum(np.linalg.norm(said, axis=1, keepdims=True), 1e-6)
    return unit


def _conv(at: _Numbers, kernel: _Numbers, bias: _Numbers, step: int = 1) -> _Numbers:
    """A convolution that keeps the side (or divides it by `step`), its norm folded in, with what is below 0 cut off.

    One product of matrices for each place of the kernel (height, width, in, out): no copy of the picture per place.
    """
    size = len(kernel)
    padded = np.pad(at, ((0, 0), (size // 2, size // 2), (size // 2, size // 2), (0, 0)))
    side = at.shape[1] // step
    made = np.broadcast_to(bias, (len(at), side, side, len(bias))).astype(np.float32)
    for down in range(size):
        for across in range(size):
            part = padded[:, down : down + side * step : step, across : across + side * step : step]
            made += part @ kernel[down, across]
    return np.maximum(made, 0)


def _halved(at: _Numbers) -> _Numbers:
    """The largest of every four neighbours."""
    largest: _Numbers = np.maximum(
        np.maximum(at[:, ::2, ::2], at[:, 1::2, ::2]), np.maximum(at[:, ::2, 1::2], at[:, 1::2, 1::2])
    )
    return largest


@cache
def _weights() -> dict[str, _Numbers]:
    with (resources.files("huozhan.search.pictures") / _FILE).open("rb") as file, np.load(file) as kept:
        return {name: kept[name].astype(np.float32) for name in kept.files}
