"""What a process needs to look for goods by meaning: the model, where it is installed, and the index of titles."""

from functools import cached_property
from pathlib import Path

from huozhan.search.meaning.model import TextModel, installed_model
from huozhan.search.pictures.index import PictureIndex
from huozhan.search.pictures.reading import in_thread
from huozhan.search.segmenting import signs_in

FOLDER = "meaning_index"
NEAR_MIN, NEAR_MIN_CHINESE = 8_450, 8_850
"""The cosine, in ten-thousandths, from which goods are near words of Latin letters, and Chinese ones: what asks for no goods at
all stays below it (`bin/bench meaning`). A title in the other language alone hardly ever reaches it, and is as often wrong."""
BELOW_BEST = 250
"""What lies further than this behind the nearest is left out."""


class Sense:
    """Finds offers whose titles mean nearly what words mean. Its index lies beside that of words."""

    def __init__(self, text_index: Path) -> None:
        self.folder = text_index.with_name(FOLDER)

    @property
    def model(self) -> TextModel | None:
        """The model, where it is installed."""
        return installed_model()

    @cached_property
    def _index(self) -> PictureIndex | None:
        return PictureIndex(self.folder, self.model.name, self.model.width) if self.model else None

    async def near(self, words: str, limit: int) -> list[int]:
        """Offers that mean nearly what the words mean, the nearest first; none without a model or an index."""
        if self.model is None or self._index is None or not words.strip() or not self.folder.exists():
            return []
        return await in_thread(self._near, words, limit)

    def _near(self, words: str, limit: int) -> list[int]:
        if self.model is None or self._index is None:
            return []
        found = self._index.near(self.model.wanted(words), limit)
        floor = NEAR_MIN_CHINESE if signs_in(words) else NEAR_MIN
        floor = max(floor, found[0].likeness - BELOW_BEST) if found else floor
        return [one.offer_id for one in found if one.likeness >= floor]

    def look_now(self) -> None:
        """The next question sees what was reckoned until now."""
        if self._index is not None:
            self._index.look_now()
