"""The ground of these tests: the little trade of ordering's tests."""

from tests.ordering.conftest import category_tree, trade

__all__ = ["category_tree", "trade"]
