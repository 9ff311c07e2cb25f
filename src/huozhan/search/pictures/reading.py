"""Photos as they come from strangers, and pictures as a model takes them.

What cannot be a picture is refused by its first and last bytes and its header, before any pixel is unpacked.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
import numpy as np
import pyvips

from huozhan.catalogue import PICTURE_BYTES_MAX, NotAPicture, PictureTooLarge, picture_header
from huozhan.search.pictures.model import Pixels

PHOTO_SIDE_MAX = 800
PHOTO_QUALITY = 80
PIXELS_MAX = 25_000_000
"""What is unpacked of formats that cannot be read smaller; a JPEG is shrunk while it is read."""
WHOLE = 1_000
CROP_MIN = 30
WHITE = [255, 255, 255]
_ENDS = {"jpegload_buffer": b"\xff\xd9", "pngload_buffer": b"IEND", "gifload_buffer": b";"}
AT_ONCE_MAX = 2
T = TypeVar("T")
_at_once = asyncio.Semaphore(AT_ONCE_MAX)
_END_WITHIN = 4_096
"""Some cameras write notes behind the picture's end."""


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """A photo to search by: upright, at most 800 pixels wide and high, with nothing of the camera in it."""

    webp: bytes
    width: int
    height: int


class Crop(msgspec.Struct, frozen=True):
    """A part of a picture, in thousandths of its width and height from its upper left corner."""

    left: int = 0
    top: int = 0
    width: int = WHOLE
    height: int = WHOLE

    @classmethod
    def of(cls, text: str) -> "Crop":
        """The crop that "left,top,width,height" says, moved into the picture; all of it where it says nothing."""
        if not text:
            return cls()
        left, top, width, height = (min(int(part), WHOLE) for part in text.split(","))
        width, height = max(width, CROP_MIN), max(height, CROP_MIN)
        return cls(min(left, WHOLE - width), min(top, WHOLE - height), width, height)


ALL_OF_IT = Crop()


async def in_thread(does: Callable[..., T], *given: Any) -> T:
    """Does what takes tens of milliseconds of a core beside the loop, little of it at once."""
    async with _at_once:
        return await asyncio.to_thread(does, *given)


async def read_photo(content: bytes) -> Photo:
    """Reads what somebody sent; raises NotAPicture or PictureTooLarge."""
    return await in_thread(_read, content)


def _read(content: bytes) -> Photo:
    if len(content) > PICTURE_BYTES_MAX:
        raise PictureTooLarge(bytes_max=PICTURE_BYTES_MAX, pixels_max=PIXELS_MAX)
    header = picture_header(content)
    if _pages(header) > 1 or not _ends_well(content, header.get("vips-loader")):
        raise NotAPicture
    if header.get("vips-loader") != "jpegload_buffer" and header.width * header.height > PIXELS_MAX:
        raise PictureTooLarge(bytes_max=PICTURE_BYTES_MAX, pixels_max=PIXELS_MAX)
    try:
        small = pyvips.Image.thumbnail_buffer(
            content,
            PHOTO_SIDE_MAX,
            height=PHOTO_SIDE_MAX,
            size="down",
            fail_on="truncated",
            export_profile="srgb",
        )
        webp = _on_white(small).webpsave_buffer(Q=PHOTO_QUALITY, effort=2, keep="none")
    except pyvips.Error as error:
        raise NotAPicture from error
    return Photo(webp=webp, width=small.width, height=small.height)


def pixels_of(content: bytes, side: int, crop: Crop = ALL_OF_IT) -> Pixels:
    """One picture of ours as a model takes it: the crop on white, as large as fits a square of `side`.

    Raises NotAPicture where the bytes are none.
    """
    try:
        return _square(_on_white(pyvips.Image.new_from_buffer(content, "")), side, crop)
    except pyvips.Error as error:
        raise NotAPicture from error


def _square(image: Any, side: int, crop: Crop) -> Pixels:
    if crop != ALL_OF_IT:
        left, top = (image.width * crop.left // WHOLE, image.height * crop.top // WHOLE)
        width = max(1, min(image.width * crop.width // WHOLE, image.width - left))
        height = max(1, min(image.height * crop.height // WHOLE, image.height - top))
        image = image.crop(left, top, width, height)
    small = image.thumbnail_image(side, height=side, size="both")
    square = small.gravity("centre", side, side, extend="background", background=WHITE)
    pixels: Pixels = np.ndarray(
        buffer=square.cast("uchar").write_to_memory(), dtype=np.uint8, shape=(side, side, 3)
    )
    return pixels


def _on_white(image: Any) -> Any:
    """Three bands of sRGB, what is see-through on white."""
    if image.interpretation != "srgb":
        image = image.colourspace("srgb")
    return image.flatten(background=WHITE) if image.hasalpha() else image


def _pages(header: Any) -> int:
    return int(header.get("n-pages")) if header.get_typeof("n-pages") else 1


def _ends_well(content: bytes, loader: str) -> bool:
    """Whether the bytes go on to where their format says they end: what was cut short is refused unread."""
    if loader == "webpload_buffer":
        return len(content) >= 8 + int.from_bytes(content[4:8], "little")
    return _ENDS[loader] in content[-_END_WITHIN:]
