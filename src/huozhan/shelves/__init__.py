"""Shelves 货架: what a buyer came for, filled by rule and by hand. The front desk."""

from huozhan.shelves import asks, views
from huozhan.shelves.arranging import arrange_shelf, arranged_shelf, arranged_shelves, preview_shelf
from huozhan.shelves.shelf import SIGNS, Place
from huozhan.shelves.showing import entrances, shelf

__all__ = [
    "SIGNS",
    "Place",
    "arrange_shelf",
    "arranged_shelf",
    "arranged_shelves",
    "asks",
    "entrances",
    "preview_shelf",
    "shelf",
    "views",
]
