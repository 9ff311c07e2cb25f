"""Writes the shared photos as plain pixels for `train.py`: run it with the project's Python, first the data, then a folder."""

import sys
from pathlib import Path

import numpy as np
from bench.picture_split import clothes, groceries, photos_in

from huozhan.search.pictures.reading import pixels_of

SIDE = 128


def main(data: Path, out: Path) -> None:
    """One file of pixels for each set, in the order of the names that `picture_split` gives."""
    for name, divided in (("clothing", clothes), ("grocery", groceries)):
        folder = data / f"product-photos-{name}"
        with photos_in(folder) as photos:
            rows = [pixels_of(photos.read(photo), SIDE) for photo in divided(folder).names]
        np.save(out / f"{name}.npy", np.stack(rows))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
