"""An operator's own model: an ONNX file that takes one picture as (1, 3, side, side) and gives one row of numbers.

The usual image towers (CLIP, SigLIP, DINOv2, EfficientNet without its last layer) are exported so. How brightness is scaled
is read from the file's metadata (`mean` and `std`, three numbers each, separated by commas); CLIP's is the default.
"""

import hashlib
import importlib
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huozhan.search.pictures.model import Pixels, Vectors, packed

_CLIP = {"mean": "0.4815,0.4578,0.4082", "std": "0.2686,0.2613,0.2758"}
NAMED_BY = 16
SIDES = range(1, 1_025)


class BadModel(ValueError):
    """The file is no model that takes a picture and gives a row of numbers, or what runs it is not installed."""


class OnnxModel:
    """A model in a file; its name is made of the file's content, so that another file means other vectors."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.name = f"onnx-{hashlib.sha256(file.read_bytes()).hexdigest()[:NAMED_BY]}"
        shape = self._session.get_inputs()[0].shape
        if len(shape) != 4 or shape[1] != 3 or shape[2] != shape[3] or shape[2] not in SIDES:
            raise BadModel(f"{file}: its input is {shape}; it should be (1, 3, side, side)")
        self.side: int = shape[2]
        blank = self._said(np.zeros((self.side, self.side, 3), np.uint8))
        if blank.ndim != 1 or not np.isfinite(blank).all():
            raise BadModel(f"{file}: it should give one row of numbers")
        self.width = len(blank)

    def vectors(self, pixels: Pixels) -> Vectors:
        """The vectors of these pictures, one after the other: many exports take exactly one."""
        return packed(np.stack([self._said(one) for one in pixels]))

    def _said(self, pixels: Pixels) -> NDArray[np.float32]:
        shown = (pixels.astype(np.float32) / 255 - self._scale["mean"]) / self._scale["std"]
        given = np.ascontiguousarray(shown.transpose(2, 0, 1)[None], dtype=np.float32)
        name = self._session.get_inputs()[0].name
        said: NDArray[np.float32] = np.asarray(self._session.run(None, {name: given})[0], dtype=np.float32)
        return said.reshape(-1) if said.size == said.shape[-1] else said

    @cached_property
    def _scale(self) -> dict[str, NDArray[np.float32]]:
        written = {**_CLIP, **self._session.get_modelmeta().custom_metadata_map}
        return {
            name: np.array([float(part) for part in written[name].split(",")], np.float32) for name in _CLIP
        }

    @cached_property
    def _session(self) -> Any:
        try:
            onnxruntime = importlib.import_module("onnxruntime")
        except ImportError as error:
            raise BadModel("the package onnxruntime is not installed: pip install 'huozhan[onnx]'") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        try:
            return onnxruntime.InferenceSession(str(self._file), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise BadModel(f"{self._file}: {str(error)[:200]}") from error
