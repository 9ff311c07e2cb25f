"""Mutation: the rules of money are made wrong in one place at a time, and a test must notice."""

from bench.drills.mutation.drill import mutate_drill

__all__ = ["mutate_drill"]
