"""Mutation: the rules of money are made wrong in one place at a time, and a test must notice."""

from bench.drills.mutation.drill import mutate_drill
from bench.drills.mutation.telling import keep_modules

__all__ = ["keep_modules", "mutate_drill"]
