"""Takes a mistake over into the modules that are loaded, and back."""

import contextlib
import importlib
import inspect
from collections.abc import Iterator, Sequence
from types import CodeType, FunctionType, ModuleType
from typing import Any

from bench.drills.mutation.mutants import Mutant


@contextlib.contextmanager
def applied(mutant: Mutant) -> Iterator[bool]:
    """The mistake is made while this lasts; tells whether it could be."""
    module = importlib.import_module(mutant.module)
    if mutant.table:
        with _in_table(module, mutant):
            yield True
        return
    code = _code_of(compile(mutant.source, module.__file__ or "", "exec"), mutant.function.split("."))
    function = _function_of(module, mutant.function)
    if code is None or function is None or function.__code__.co_freevars != code.co_freevars:
        yield False
        return
    right = function.__code__
    function.__code__ = code
    try:
        yield True
    finally:
        function.__code__ = right


@contextlib.contextmanager
def _in_table(module: ModuleType, mutant: Mutant) -> Iterator[None]:
    moves = getattr(module, mutant.table)
    key = next(key for key in moves.table if (str(key[0]), str(key[1])) == mutant.move)
    right = dict(moves.table)
    if mutant.to:
        moves.table[key] = type(moves.first)(mutant.to)
    else:
        del moves.table[key]
    try:
        yield
    finally:
        moves.table.clear()
        moves.table.update(right)


def _code_of(code: CodeType, path: Sequence[str]) -> CodeType | None:
    for name in path:
        found = [c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == name]
        if not found:
            return None
        code = found[-1]
    return code


def _function_of(module: ModuleType, name: str) -> FunctionType | None:
    """The function itself, under whatever decorators it stands."""
    found: Any = module
    for part in name.split("."):
        found = inspect.getattr_static(found, part, None) if found is not None else None
    for wrapped in (
        found,
        getattr(found, "fget", None),
        getattr(found, "__func__", None),
        getattr(found, "func", None),
    ):
        if wrapped is not None:
            inner = inspect.unwrap(wrapped) if callable(wrapped) else wrapped
            inner = getattr(inner, "function", inner)
            if isinstance(inner, FunctionType):
                return inner
    return None
