"""Pictures for the demo: squared, named by their bytes so that the same one is kept once."""

import hashlib
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import Final

import pyvips
from sources import DATA, DEMO, read, write

SIDE_PX: Final = 400
QUALITY: Final = 72
INDEX: Final = DEMO / "pictures.jsonl"
CLOTHING: Final = "product-photos-clothing/images.zip"
GROCERY: Final = "product-photos-grocery/images.zip"
# A photo nearer to a square than this loses a little at its long ends; a longer one keeps all and gets margins.
CROP_RATIO_MAX: Final = 1.15


@dataclass(frozen=True)
class Picture:
    """A picture of the demo: its name inside the package and where it came from."""

    name: str
    origin: str

    @staticmethod
    def of_clothing(member: str) -> "Picture":
        """The squared photo of a garment."""
        return _kept(CLOTHING, member, blurred=True)

    @staticmethod
    def of_grocery(member: str) -> "Picture":
        """The squared catalogue picture of a grocery."""
        return _kept(GROCERY, member, blurred=member.startswith("natural/"))


@cache
def _archive(name: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(DATA / name)


def squared(raw: bytes, *, blurred: bool) -> bytes:
    """The picture as a square WebP: cropped when nearly square, else centred on a margin of its own colours."""
    image = pyvips.Image.new_from_buffer(raw, "").colourspace("srgb")
    if image.hasalpha():
        image = image.flatten(background=[255, 255, 255])
    scale = SIDE_PX / max(image.width, image.height)
    ratio = max(image.width, image.height) / min(image.width, image.height)
    if ratio <= CROP_RATIO_MAX:
        scale = SIDE_PX / min(image.width, image.height)
    resized = image.resize(scale, kernel="lanczos3")
    if ratio <= CROP_RATIO_MAX:
        square = resized.smartcrop(SIDE_PX, SIDE_PX, interesting="centre")
    elif blurred:
        cover = image.resize(SIDE_PX / min(image.width, image.height), kernel="linear")
        ground = (
            cover.smartcrop(SIDE_PX, SIDE_PX, interesting="centre")
            .gaussblur(24)
            .linear(0.55, 110)
            .cast("uchar")
        )
        square = ground.insert(resized, (SIDE_PX - resized.width) // 2, (SIDE_PX - resized.height) // 2)
        square = square.crop(0, 0, SIDE_PX, SIDE_PX)
    else:
        square = resized.gravity("centre", SIDE_PX, SIDE_PX, extend="background", background=[255, 255, 255])
    return bytes(square.webpsave_buffer(Q=QUALITY, strip=True, effort=4))


@cache
def _known() -> dict[str, str]:
    """Pictures made by an earlier run, by origin; the scaling takes most of the build's time."""
    listed = read(INDEX) if INDEX.exists() else []
    return {record["origin"]: record["name"] for record in listed if (DEMO / record["name"]).exists()}


_used: dict[str, str] = {}


def _kept(archive: str, member: str, *, blurred: bool) -> Picture:
    origin = f"{archive.split('/', maxsplit=1)[0]}/{member}"
    name = _known().get(origin) or _made(archive, member, blurred=blurred)
    _used[origin] = name
    return Picture(name=name, origin=origin)


def _made(archive: str, member: str, *, blurred: bool) -> str:
    packed = squared(_archive(archive).read(member), blurred=blurred)
    digest = hashlib.sha256(packed).hexdigest()[:20]
    name = f"pictures/{digest[:2]}/{digest[2:]}.webp"
    path = DEMO / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed)
    return name


def finish() -> int:
    """Drop pictures nothing shows any more and write down where the others came from."""
    kept = set(_used.values())
    for path in (DEMO / "pictures").rglob("*.webp"):
        if path.relative_to(DEMO).as_posix() not in kept:
            path.unlink()
    return write(INDEX, ({"name": _used[origin], "origin": origin} for origin in sorted(_used)))
