"""Which photos a model learns from and which it is measured by; only the standard library, so that the trainer reads it too.

The shared photos are divided by a fixed seed: of clothes 15 % are kept for measuring; of groceries two photos of every
product, and all photos of nine products that the model never sees.
"""

import csv
import random
import zipfile
from pathlib import Path
from typing import NamedTuple

SEED = 20261130
CLOTHES_KEPT_PERCENT = 15
PRODUCTS_UNSEEN = 9
PHOTOS_KEPT = 2


class Clothes(NamedTuple):
    """Photos by name with their class, and which are learnt from and measured by."""

    names: list[str]
    labels: list[str]
    learnt: list[int]
    kept: list[int]


class Groceries(NamedTuple):
    """Photos by name with their product; the catalogue's pictures, the products never seen, and the two parts."""

    names: list[str]
    labels: list[str]
    catalogue: list[int]
    unseen: set[str]
    learnt: list[int]
    kept: list[int]


def photos_in(folder: Path) -> zipfile.ZipFile:
    """The photos of a set."""
    return zipfile.ZipFile(folder / "images.zip")


def clothes(folder: Path) -> Clothes:
    """The clothes, divided."""
    with photos_in(folder) as photos:
        names = [name for name in photos.namelist() if not name.endswith("/")]
    order = sorted(range(len(names)), key=lambda at: names[at])
    random.Random(SEED).shuffle(order)
    kept = len(order) * CLOTHES_KEPT_PERCENT // 100
    labels = [name.split("/")[0] for name in names]
    return Clothes(names, labels, sorted(order[kept:]), sorted(order[:kept]))


def groceries(folder: Path) -> Groceries:
    """The groceries, divided."""
    with photos_in(folder) as photos:
        names = [name for name in photos.namelist() if not name.endswith("/")]
    products = list(csv.DictReader((folder / "products.csv").open(encoding="utf-8")))
    place = {name: at for at, name in enumerate(names)}
    by_file_name = {name.split("/")[-1]: at for at, name in enumerate(names)}
    labels = [""] * len(names)
    for row in csv.DictReader((folder / "index.csv").open(encoding="utf-8")):
        labels[place[row["file"]]] = row["class_name"]
    catalogue = [by_file_name[product["iconic_file"]] for product in products]
    for at, product in zip(catalogue, products, strict=True):
        labels[at] = product["class_name"]
    chance = random.Random(SEED)
    unseen = {products[at]["class_name"] for at in chance.sample(range(len(products)), PRODUCTS_UNSEEN)}
    learnt: list[int] = []
    kept: list[int] = []
    for product in products:
        name = product["class_name"]
        own = sorted(at for at, label in enumerate(labels) if label == name and at not in catalogue)
        chance.shuffle(own)
        cut = len(own) if name in unseen else PHOTOS_KEPT
        kept += own[:cut]
        learnt += own[cut:]
    return Groceries(names, labels, catalogue, unseen, learnt, kept)
