"""What strangers send for a photo: read with care, refused calmly, and before much is spent on it."""

import struct
import time
import zlib

import pytest
import pyvips

from huozhan.catalogue import PICTURE_BYTES_MAX, NotAPicture, PictureTooLarge
from huozhan.search.pictures.reading import ALL_OF_IT, PHOTO_SIDE_MAX, Crop, pixels_of, read_photo

CALM_SECONDS = 0.05


def photo(width: int = 900, height: int = 600) -> pyvips.Image:
    """Noise, which no format can shrink to nothing."""
    noise = pyvips.Image.gaussnoise(width, height, mean=128, sigma=40).cast("uchar")
    return noise.bandjoin([noise, noise]).copy(interpretation="srgb")


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is so large and holds next to nothing."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1_000)))
        + chunk(b"IEND", b"")
    )


def animated() -> bytes:
    """A GIF of three frames."""
    frames = [photo(64, 64).linear(1, shift) for shift in (0, 20, 40)]
    strip = pyvips.Image.arrayjoin(frames, across=1).cast("uchar").copy()
    strip.set_type(pyvips.GValue.gint_type, "page-height", 64)
    content: bytes = strip.gifsave_buffer()
    return content


JPEG = photo().jpegsave_buffer()
REFUSED = {
    "nothing": b"",
    "a word": b"hello",
    "a drawing that could fetch things": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
    "a drawing behind a mark": b"\xff\xd8\xff<svg/>",
    "a program behind a mark": b"GIF89a" + b"\x7fELF" * 100,
    "a document": b"%PDF-1.7 /Page /MediaBox [0 0 60000 60000]",
    "a TIFF": photo().tiffsave_buffer(),
    "a JPEG cut short": JPEG[: len(JPEG) // 2],
    "a PNG cut short": photo().pngsave_buffer()[:-20],
    "a WebP cut short": photo().webpsave_buffer()[:-500],
    "a bomb": png_of(60_000, 60_000),
    "a bomb under the limit of JPEGs": png_of(6_900, 6_900),
    "a long bomb": png_of(2**31 - 1, 1),
    "something animated": animated(),
    "a dot": photo(8, 8).pngsave_buffer(),
    "too many bytes": b"\xff\xd8\xff" + bytes(PICTURE_BYTES_MAX),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_no_photo_is_refused_calmly(name: str) -> None:
    content = REFUSED[name]
    began = time.process_time()

    with pytest.raises((NotAPicture, PictureTooLarge)):
        await read_photo(content)

    assert time.process_time() - began <= CALM_SECONDS


async def test_a_large_photo_is_kept_small_upright_and_bare() -> None:
    tagged = photo(4_000, 3_000).copy()
    tagged.set_type(pyvips.GValue.gint_type, "orientation", 6)
    tagged.set_type(
        pyvips.GValue.gstr_type, "exif-ifd0-Make", "A phone (A phone, ASCII, 8 components, 8 bytes)"
    )

    kept = await read_photo(tagged.jpegsave_buffer(Q=60))

    assert (kept.width, kept.height) == (PHOTO_SIDE_MAX * 3 // 4, PHOTO_SIDE_MAX)
    assert b"phone" not in kept.webp


async def test_what_is_see_through_or_of_other_colours_is_read() -> None:
    grey = photo().colourspace("b-w").pngsave_buffer()
    clear = photo().bandjoin(0).pngsave_buffer()
    deep = photo().colourspace("rgb16").pngsave_buffer()
    print_colours = photo().colourspace("cmyk").jpegsave_buffer()

    for content in (grey, clear, deep, print_colours):
        kept = await read_photo(content)
        assert pixels_of(kept.webp, 64).shape == (64, 64, 3)
    assert pixels_of((await read_photo(clear)).webp, 64)[32, 32].tolist() == [255, 255, 255]


@pytest.mark.parametrize(
    ("text", "crop"),
    [
        ("", ALL_OF_IT),
        ("0,0,1000,1000", ALL_OF_IT),
        ("9999,9999,9999,9999", ALL_OF_IT),
        ("990,990,500,500", Crop(500, 500, 500, 500)),
        ("500,500,0,0", Crop(500, 500, 30, 30)),
    ],
)
def test_a_crop_lies_within_the_photo(text: str, crop: Crop) -> None:
    assert Crop.of(text) == crop
    assert pixels_of(photo(700, 20).webpsave_buffer(), 64, Crop.of(text)).shape == (64, 64, 3)
