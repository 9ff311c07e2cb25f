"""Pictures of goods: read with care, re-encoded as WebP in three sizes, kept under a name made from their content.

No metadata and no trailing bytes of the upload are kept. What is not one of four known formats never
reaches the decoder, and its header is judged before any pixel is unpacked.
"""

import asyncio
import hashlib
from typing import Annotated

import msgspec
import pyvips

from huozhan.catalogue.shelf import Shelf
from huozhan.kernel.actor import Actor
from huozhan.kernel.refusals import Refusal, Sort
from huozhan.kernel.shapes import View

PICTURE_BYTES_MAX = 10 * 1024 * 1024
PICTURE_PIXELS_MAX = 50_000_000
PICTURE_SIDE_MIN = 16
SIZES = (160, 480, 960)
QUALITY = 80
EFFORT = 4
AT_ONCE_MAX = 2

_MARKS = {
    b"\xff\xd8\xff": "jpegload_buffer",
    b"\x89PNG\r\n\x1a\n": "pngload_buffer",
    b"GIF8": "gifload_buffer",
}
_at_once = asyncio.Semaphore(AT_ONCE_MAX)


class NotAPicture(Refusal):
    """The bytes are not a picture of a format we read."""

    code = "catalogue.not_a_picture"
    sort = Sort.invalid


class PictureTooLarge(Refusal):
    """The picture has more bytes or pixels than we unpack."""

    code = "catalogue.picture_too_large"
    sort = Sort.invalid


class Picture(View, frozen=True, kw_only=True):
    """A picture on the shelf; `picture_id` is what an offer names."""

    picture_id: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}(?!\n)$")]
    width: int
    height: int


def picture_name(picture_id: str, size: int) -> str:
    """The name of a picture's file in one of the three sizes."""
    return f"{picture_id[:2]}/{picture_id}-{size}.webp"


async def add_picture(
    shelf: Shelf, actor: Actor, content: bytes, *, permission: str = "offer.edit"
) -> Picture:
    """Puts a picture on the shelf in three sizes; the same picture again is only found. Call it outside transactions."""
    actor.must(permission)
    if len(content) > PICTURE_BYTES_MAX:
        raise _too_large()
    async with _at_once:
        return await asyncio.to_thread(_hang, shelf, content)


def _hang(shelf: Shelf, content: bytes) -> Picture:
    picture_id = hashlib.sha256(content).hexdigest()[:32]
    header = picture_header(content)
    names = {size: picture_name(picture_id, size) for size in SIZES}
    if not all(shelf.holds(name) for name in names.values()):
        for size, webp in _thumbnails(content, header).items():
            shelf.put(names[size], webp)
    return Picture(picture_id=picture_id, width=header.width, height=header.height)


def picture_header(content: bytes) -> pyvips.Image:
    """The picture with its header read and judged, and nothing else; raises NotAPicture or PictureTooLarge."""
    loader = _loader(content)
    try:
        header = pyvips.Image.new_from_buffer(content, "", access="sequential")
    except pyvips.Error as error:
        raise NotAPicture from error
    if header.get("vips-loader") != loader or min(header.width, header.height) < PICTURE_SIDE_MIN:
        raise NotAPicture
    if header.width * header.height > PICTURE_PIXELS_MAX:
        raise _too_large()
    return header


def _loader(content: bytes) -> str:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webpload_buffer"
    loader = next((loader for mark, loader in _MARKS.items() if content.startswith(mark)), None)
    if loader is None:
        raise NotAPicture
    return loader


def _thumbnails(content: bytes, header: pyvips.Image) -> dict[int, bytes]:
    """The picture in each size, upright and in sRGB; sizes beyond its own are its own.

    The smallest is always made from all its pixels, so that a picture cut short is refused.
    """
    side = max(header.width, header.height)
    # Said to the loader: what `thumbnail` itself is told of failing never reaches it where it reads from memory.
    # Converting colours costs more than all the rest, and most pictures are sRGB already.
    is_plain = header.interpretation == "srgb" and not header.get_typeof("icc-profile-data")
    options = {
        "size": "down",
        "option_string": "fail_on=truncated",
        **({} if is_plain else {"export_profile": "srgb"}),
    }
    encoded: dict[int, bytes] = {}
    try:
        for shown in {min(size, side) for size in SIZES}:
            if shown == side > SIZES[0] and _is_bare_webp(content):
                encoded[shown] = content
                continue
            small = pyvips.Image.thumbnail_buffer(content, shown, height=shown, **options)
            encoded[shown] = small.webpsave_buffer(Q=QUALITY, effort=EFFORT, keep="none")
    except pyvips.Error as error:
        raise NotAPicture from error
    return {size: encoded[min(size, side)] for size in SIZES}


def _is_bare_webp(content: bytes) -> bool:
    """Tells whether this is WebP of one lossy frame and not a byte else: encoding it again would only blur it."""
    frame = int.from_bytes(content[16:20], "little")
    whole = 20 + frame + frame % 2 == len(content) == 8 + int.from_bytes(content[4:8], "little")
    return content[8:16] == b"WEBPVP8 " and whole


def _too_large() -> PictureTooLarge:
    return PictureTooLarge(bytes_max=PICTURE_BYTES_MAX, pixels_max=PICTURE_PIXELS_MAX)
