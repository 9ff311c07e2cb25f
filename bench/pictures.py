"""How well photos find their goods, beside a histogram of colours; and what a hundred thousand pictures cost."""

import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.picture_split import clothes, groceries, photos_in
from huozhan.search.pictures.index import PictureIndex, PictureIndexWriter
from huozhan.search.pictures.learned import LearnedModel
from huozhan.search.pictures.model import Model, Pixels, Vectors, packed
from huozhan.search.pictures.onnx import OnnxModel
from huozhan.search.pictures.plain import PlainModel
from huozhan.search.pictures.reading import pixels_of

TOP = 10
RESAMPLES = 2_000
MANY = 100_000
QUESTIONS = 300
NEAR = 240
SEED = 7


class Histogram:
    """The floor: how much of each of 512 colours there is, and nothing of where."""

    name = "colour-histogram"
    side = 64
    width = 512

    def vectors(self, pixels: Pixels) -> Vectors:
        """Shares of colours, under the root so that a large area does not drown the rest."""
        steps = (pixels // 32).astype(np.int32)
        which = steps[..., 0] * 64 + steps[..., 1] * 8 + steps[..., 2]
        return packed(np.sqrt(np.stack([np.bincount(one.ravel(), minlength=512) for one in which])))


def measure_pictures(data: Path, model_file: Path | None, many: int) -> dict[str, Any]:
    """Precision of every model there is on photos that none of ours was made from, then time and memory of the index."""
    models: list[Model] = [Histogram(), PlainModel(), LearnedModel()]
    if model_file:
        models.append(OnnxModel(model_file))
    return {
        "models": {model.name: _measure(model, data) for model in models},
        "index": _measure_index(LearnedModel(), many),
    }


def _measure(model: Model, data: Path) -> dict[str, Any]:
    began = time.process_time()
    worn = clothes(data / "product-photos-clothing")
    vectors = _vectors(model, data / "product-photos-clothing", worn.names)
    labels = np.array(worn.labels)
    against_learnt = _precision(vectors, labels, worn.kept, worn.learnt)
    among_kept = _precision(vectors, labels, worn.kept, worn.kept)
    food = groceries(data / "product-photos-grocery")
    shelf = _vectors(model, data / "product-photos-grocery", food.names)
    ranks = _ranks(shelf, np.array(food.labels), food.kept, food.catalogue)
    is_unseen = np.array([food.labels[at] in food.unseen for at in food.kept])
    pictures = len(worn.names) + len(food.names)
    return {
        "clothes_precision_at_10": _with_interval(against_learnt),
        "clothes_precision_at_10_among_unlearnt": _with_interval(among_kept),
        "groceries_recall_at_1": _with_interval(ranks[~is_unseen] < 1),
        "groceries_recall_at_5": _with_interval(ranks[~is_unseen] < 5),
        "unseen_groceries_recall_at_1": _with_interval(ranks[is_unseen] < 1),
        "unseen_groceries_recall_at_5": _with_interval(ranks[is_unseen] < 5),
        "photos": {
            "clothes": len(worn.kept),
            "groceries": int((~is_unseen).sum()),
            "unseen": int(is_unseen.sum()),
        },
        "numbers_a_picture": model.width,
        "cpu_ms_a_picture": round((time.process_time() - began) * 1_000 / pictures, 1),
    }


def _vectors(model: Model, folder: Path, names: Sequence[str]) -> NDArray[np.float32]:
    with photos_in(folder) as photos:
        rows = [model.vectors(pixels_of(photos.read(name), model.side)[None])[0] for name in names]
    long = np.stack(rows).astype(np.float32)
    unit: NDArray[np.float32] = long / np.linalg.norm(long, axis=1, keepdims=True)
    return unit


def _precision(
    vectors: NDArray[np.float32], labels: NDArray[Any], asked: Sequence[int], among: Sequence[int]
) -> NDArray[Any]:
    """For each photo asked with, the share of its ten nearest that are of its class; never itself."""
    likeness = vectors[asked] @ vectors[among].T
    likeness[np.equal.outer(np.array(asked), np.array(among))] = -2
    nearest = np.argsort(-likeness, axis=1)[:, :TOP]
    of_class: NDArray[Any] = labels[np.array(among)][nearest] == labels[np.array(asked)][:, None]
    return of_class.mean(axis=1)


def _ranks(
    vectors: NDArray[np.float32], labels: NDArray[Any], asked: Sequence[int], among: Sequence[int]
) -> NDArray[Any]:
    """At which place, from 0, each photo finds the catalogue's picture of its product."""
    order = np.argsort(-(vectors[asked] @ vectors[among].T), axis=1)
    found: NDArray[Any] = (labels[np.array(among)][order] == labels[np.array(asked)][:, None]).argmax(axis=1)
    return found


def _with_interval(values: NDArray[Any]) -> dict[str, float]:
    """The mean with its 95 % interval by resampling."""
    chance = np.random.default_rng(SEED)
    drawn = values[chance.integers(0, len(values), (RESAMPLES, len(values)))].mean(axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return {
        "mean": round(float(values.mean()), 3),
        "low": round(float(low), 3),
        "high": round(float(high), 3),
    }


def _measure_index(model: Model, many: int) -> dict[str, Any]:
    """Made-up vectors in clumps, as goods are alike: building, opening, asking, and how well the graph finds the nearest."""
    chance = np.random.default_rng(SEED)
    middles = chance.standard_normal((many // 50, model.width))
    rows = packed(
        middles[chance.integers(0, len(middles), many)] + 0.7 * chance.standard_normal((many, model.width))
    )
    asked = packed(
        rows[chance.integers(0, many, QUESTIONS)] + 20 * chance.standard_normal((QUESTIONS, model.width))
    )
    with tempfile.TemporaryDirectory() as home:
        writer = PictureIndexWriter(Path(home), model.name, model.width)
        built = _cpu(lambda: _fill(writer, rows))
        added = _cpu(lambda: _fill(writer, rows[:200], first=many))
        writer.close()
        size = sum(file.stat().st_size for file in Path(home).iterdir())
        reader = PictureIndex(Path(home), model.name, model.width)
        before = _memory_mb()
        answers: list[list[int]] = []
        times = [
            _cpu(lambda one=one: answers.append([near.offer_id for near in reader.near(one[None], NEAR)]))
            for one in asked
        ]
        grown = _memory_mb() - before
    exact = np.argsort(-(asked.astype(np.float32) @ rows.astype(np.float32).T), axis=1)[:, :TOP]
    hits = [
        len(set(truth.tolist()) & {i % many for i in found[:TOP]})
        for truth, found in zip(exact, answers, strict=True)
    ]
    return {
        "vectors": many,
        "build_seconds": round(built, 1),
        "show_200_changes_ms": round(added * 1_000, 1),
        "bytes_a_vector": round(size / many),
        "ask_ms_p50": round(float(np.percentile(times, 50)) * 1_000, 2),
        "ask_ms_p95": round(float(np.percentile(times, 95)) * 1_000, 2),
        "recall_of_the_nearest_10": round(float(np.mean(hits)) / TOP, 3),
        "reader_grew_mb": round(grown, 1),
    }


def _fill(writer: PictureIndexWriter, rows: Vectors, first: int = 0) -> None:
    writer.put({first + at: row[None] for at, row in enumerate(rows)})
    writer.commit()


def _cpu(does: Callable[[], Any]) -> float:
    began = time.process_time()
    does()
    return time.process_time() - began


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
