"""What a process needs to look for pictures: the model, the index, and what it reckoned lately."""

from collections import OrderedDict
from functools import cached_property
from pathlib import Path

import structlog

from huozhan.search.pictures.index import PictureIndex
from huozhan.search.pictures.learned import LearnedModel
from huozhan.search.pictures.model import Model, Vectors
from huozhan.search.pictures.onnx import BadModel, OnnxModel
from huozhan.search.pictures.reading import Crop, in_thread, pixels_of

FOLDER = "picture_index"
OWN_MODEL = "picture_model.onnx"
LATELY_MAX = 512
log = structlog.get_logger()


class Eye:
    """Looks at photos, and remembers what it saw of each part of them while somebody leafs through the results.

    Its index lies beside the text index; it and the model are opened when somebody first searches by a picture.
    """

    def __init__(self, text_index: Path) -> None:
        self.folder = text_index.with_name(FOLDER)
        self._own_model = text_index.with_name(OWN_MODEL)
        self._lately: OrderedDict[tuple[str, Crop], Vectors] = OrderedDict()

    @cached_property
    def model(self) -> Model:
        """The operator's own model where its file lies in the market's home and can be used, else the one that ships."""
        if self._own_model.exists():
            try:
                return OnnxModel(self._own_model)
            except BadModel:
                log.exception("picture_model.unusable")
        return LearnedModel()

    @cached_property
    def index(self) -> PictureIndex:
        """The vectors of the offers on sale."""
        return PictureIndex(self.folder, self.model.name, self.model.width)

    async def look(self, photo_id: str, webp: bytes, crop: Crop) -> Vectors:
        """The vectors of a part of a photo."""
        seen = self._lately.get((photo_id, crop))
        if seen is None:
            seen = await in_thread(self._reckon, webp, crop)
            self._lately[photo_id, crop] = seen
            while len(self._lately) > LATELY_MAX:
                self._lately.popitem(last=False)
        return seen

    def _reckon(self, webp: bytes, crop: Crop) -> Vectors:
        return self.model.vectors(pixels_of(webp, self.model.side, crop)[None])
