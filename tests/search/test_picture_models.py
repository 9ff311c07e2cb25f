"""What makes vectors of pictures: the model that ships, and an operator's own in a file."""

import sys
from pathlib import Path

import numpy as np
import pytest

from huozhan.search.pictures.eye import OWN_MODEL, Eye
from huozhan.search.pictures.index import PictureIndex, PictureIndexWriter, PicturesHeld
from huozhan.search.pictures.learned import LearnedModel
from huozhan.search.pictures.model import Pixels, Vectors, packed
from huozhan.search.pictures.onnx import BadModel, OnnxModel
from tests.search.test_pictures import BLUE, RED

SIDE = 8


def message(*fields: tuple[int, bytes | int]) -> bytes:
    """A message of protocol buffers."""
    made = b""
    for number, value in fields:
        if isinstance(value, int):
            made += varint(number << 3) + varint(value)
        else:
            made += varint(number << 3 | 2) + varint(len(value)) + value
    return made


def varint(value: int) -> bytes:
    made = b""
    while value > 127:
        made += bytes([value & 127 | 128])
        value >>= 7
    return made + bytes([value])


def tensor(name: str, *shape: int) -> bytes:
    dimensions = message(*[(1, message((1, size))) for size in shape])
    return message((1, name.encode()), (2, message((1, message((1, 1), (2, dimensions))))))


def mean_colour(side: int = SIDE) -> bytes:
    """A model that says the mean of each colour, with a scale of its own."""
    pool = message((1, b"x"), (2, b"p"), (4, b"GlobalAveragePool"))
    flat = message((1, b"p"), (2, b"y"), (4, b"Flatten"))
    graph = message(
        (1, pool), (1, flat), (2, b"g"), (11, tensor("x", 1, 3, side, side)), (12, tensor("y", 1, 3))
    )
    scale = [(14, message((1, name), (2, b"0.5,0.5,0.5"))) for name in (b"mean", b"std")]
    return message((1, 8), (7, graph), (8, message((2, 13))), *scale)


def flat(*colours: tuple[int, int, int]) -> Pixels:
    """Pictures of one colour each."""
    return np.stack([np.full((SIDE, SIDE, 3), colour, np.uint8) for colour in colours])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The little model in the place where an operator's lies."""
    file = tmp_path / OWN_MODEL
    file.write_bytes(mean_colour())
    return file


def test_an_operators_model_is_used_where_its_file_lies(file: Path) -> None:
    model = Eye(file.with_name("index")).model

    assert isinstance(model, OnnxModel)
    assert (model.side, model.width) == (SIDE, 3)
    assert model.vectors(flat((255, 0, 0), (255, 255, 255))).tolist() == [[73, -73, -73], [73, 73, 73]]


def test_another_file_is_another_model(file: Path) -> None:
    first = OnnxModel(file).name
    file.write_bytes(mean_colour() + message((3, b"another")))

    assert OnnxModel(file).name != first


def test_a_file_that_is_no_model_leaves_the_one_that_ships(file: Path) -> None:
    for content in (b"", b"no model", mean_colour()[:60], mean_colour(side=0)):
        file.write_bytes(content)
        with pytest.raises(BadModel):
            OnnxModel(file)
        assert isinstance(Eye(file.with_name("index")).model, LearnedModel)


def test_without_what_runs_it_the_one_that_ships_is_used(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)

    with pytest.raises(BadModel, match="not installed"):
        OnnxModel(file)
    assert isinstance(Eye(file.with_name("index")).model, LearnedModel)


def test_the_model_that_ships_knows_a_picture_again_in_another_light() -> None:
    model = LearnedModel()

    def seen(image: object) -> np.ndarray:
        small = image.thumbnail_image(model.side)  # type: ignore[attr-defined]
        pixels = np.ndarray(buffer=small.write_to_memory(), dtype=np.uint8, shape=(model.side, model.side, 3))
        return model.vectors(pixels[None])[0].astype(int)

    red, dim, blue = seen(RED), seen(RED.linear(0.8, 10).cast("uchar")), seen(BLUE)

    assert abs(float(np.linalg.norm(red)) - 127) < 3
    assert red @ dim > 0.9 * 127**2
    assert red @ blue < 0.6 * 127**2


def rows(many: int, seed: int = 1) -> Vectors:
    return packed(np.random.default_rng(seed).standard_normal((many, 16)))


def test_the_index_is_seen_whole_merged_and_by_one_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huozhan.search.pictures.index.DELTA_MIN", 10)
    writer, reader = PictureIndexWriter(tmp_path, "m", 16), PictureIndex(tmp_path, "m", 16)
    first = rows(50)
    turned = first[3:4, ::-1].copy()
    assert reader.near(first[:1], 5) == []
    with pytest.raises(PicturesHeld):
        PictureIndexWriter(tmp_path, "m", 16)

    assert writer.put({at: first[at : at + 1] for at in range(50)}) == 50
    writer.commit()
    assert writer.put({3: first[3:4]}) == 0
    writer.put({3: turned, 4: np.zeros((0, 16), np.int8), 70: rows(3, seed=2)})
    writer.commit()
    reader.look_now()

    assert reader.near(first[7:8], 1)[0].offer_id == 7
    assert 4 not in {near.offer_id for near in reader.near(first[4:5], 50)}
    assert reader.near(turned, 1)[0].offer_id == 3
    assert [near.offer_id for near in reader.near(rows(3, seed=2), 50)].count(70) == 1
    assert len(reader.vectors(70)) == 3
    writer.close()
    again = PictureIndexWriter(tmp_path, "m", 16)
    assert not again.is_new
    again.close()
    assert PictureIndexWriter(tmp_path, "another", 16).is_new
