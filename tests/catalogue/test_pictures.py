"""Pictures: made small, stripped of all they carry, and never unpacked unseen."""

from pathlib import Path

import pytest
import pyvips

from huozhan.catalogue import FolderShelf, add_picture, picture_name
from huozhan.catalogue import pictures as pictures_module
from huozhan.catalogue.pictures import PICTURE_BYTES_MAX, NotAPicture, PictureTooLarge
from huozhan.kernel.actor import Actor
from huozhan.kernel.refusals import Forbidden


@pytest.fixture
def shelf(tmp_path: Path) -> FolderShelf:
    """An empty shelf."""
    return FolderShelf(tmp_path)


def photo(width: int = 1_200, height: int = 800) -> pyvips.Image:
    """Something with an edge in it."""
    white = pyvips.Image.black(width // 2, height, bands=3) + 255
    return (
        white.join(pyvips.Image.black(width - width // 2, height, bands=3), "horizontal")
        .cast("uchar")
        .copy(interpretation="srgb")
    )


def shown(tmp_path: Path, picture_id: str, size: int) -> pyvips.Image:
    return pyvips.Image.new_from_file(str(tmp_path / picture_name(picture_id, size)))


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".gif"])
async def test_a_picture_is_kept_in_three_sizes_of_webp(
    shelf, tmp_path: Path, mei: Actor, suffix: str
) -> None:
    picture = await add_picture(shelf, mei, photo().write_to_buffer(suffix))

    assert (picture.width, picture.height) == (1_200, 800)
    for size in (160, 480, 960):
        small = shown(tmp_path, picture.picture_id, size)
        assert (small.width, small.get("vips-loader")) == (size, "webpload")


async def test_nothing_of_the_camera_is_kept_but_the_picture_stands_upright(
    shelf, tmp_path, mei: Actor
) -> None:
    tagged = photo(600, 300).copy()
    tagged.set_type(pyvips.GValue.gint_type, "orientation", 6)
    tagged.set_type(pyvips.GValue.gstr_type, "exif-ifd0-Artist", "Mei (Mei, ASCII, 4 components, 4 bytes)")
    jpeg = tagged.jpegsave_buffer()
    assert b"Exif" in jpeg

    picture = await add_picture(shelf, mei, jpeg)

    for size in (160, 480, 960):
        small = shown(tmp_path, picture.picture_id, size)
        assert small.height > small.width
        assert not [
            field for field in small.get_fields() if "exif" in field or "icc" in field or "xmp" in field
        ]


async def test_a_small_picture_is_not_blown_up_and_bare_webp_is_not_blurred(
    shelf, tmp_path, mei: Actor
) -> None:
    webp = photo(400, 300).webpsave_buffer(keep="none")

    picture = await add_picture(shelf, mei, webp)

    assert shown(tmp_path, picture.picture_id, 160).width == 160
    for size in (480, 960):
        assert (tmp_path / picture_name(picture.picture_id, size)).read_bytes() == webp


async def test_what_hangs_behind_a_webp_is_cut_off(shelf, tmp_path, mei: Actor) -> None:
    picture = await add_picture(shelf, mei, photo(400, 300).webpsave_buffer(keep="none") + b"<script>")

    for size in (160, 480, 960):
        assert b"<script>" not in (tmp_path / picture_name(picture.picture_id, size)).read_bytes()


async def test_the_same_picture_again_is_only_found(shelf, mei: Actor, monkeypatch) -> None:
    first = await add_picture(shelf, mei, photo().pngsave_buffer())
    monkeypatch.setattr(pictures_module, "_thumbnails", None)

    assert await add_picture(shelf, mei, photo().pngsave_buffer()) == first


def noise(width: int = 600, height: int = 400) -> pyvips.Image:
    """A picture that no format makes small: most of its bytes are pixels."""
    return pyvips.Image.gaussnoise(width, height, mean=128, sigma=40).cast("uchar")


@pytest.mark.parametrize("saved", ["jpegsave_buffer", "pngsave_buffer", "gifsave_buffer", "webpsave_buffer"])
async def test_a_picture_that_was_cut_short_is_refused(shelf, tmp_path: Path, mei: Actor, saved: str) -> None:
    whole = getattr(noise(), saved)()
    for kept in (len(whole) // 2, len(whole) - 400):
        with pytest.raises(NotAPicture):
            await add_picture(shelf, mei, whole[:kept])
    assert list(tmp_path.rglob("*.webp")) == []
    assert (await add_picture(shelf, mei, whole)).width == 600


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='100' height='100'/>",
        b"%PDF-1.4",
        b"\xff\xd8\xff" + b"0" * 100,
        photo().jpegsave_buffer()[:500],
        photo(400, 300).webpsave_buffer()[:200],
        photo(8, 8).pngsave_buffer(),
    ],
)
async def test_what_is_no_picture_is_refused(shelf, tmp_path: Path, mei: Actor, content: bytes) -> None:
    with pytest.raises(NotAPicture):
        await add_picture(shelf, mei, content)

    assert list(tmp_path.rglob("*.webp")) == []


async def test_a_bomb_is_refused_by_its_header(shelf, mei: Actor) -> None:
    bomb = pyvips.Image.black(20_000, 20_000).pngsave_buffer()
    assert len(bomb) < PICTURE_BYTES_MAX

    for content in (bomb, b"\xff" * (PICTURE_BYTES_MAX + 1)):
        with pytest.raises(PictureTooLarge):
            await add_picture(shelf, mei, content)


async def test_who_may_not_edit_offers_may_not_hang_pictures(shelf, mei: Actor) -> None:
    with pytest.raises(Forbidden):
        await add_picture(shelf, mei.using(permissions=frozenset()), photo().pngsave_buffer())
