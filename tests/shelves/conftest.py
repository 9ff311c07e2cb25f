"""Search is tried on the catalogue's own little tree."""

from tests.catalogue.conftest import category_tree

__all__ = ["category_tree"]
