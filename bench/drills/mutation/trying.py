"""Tries one mistake: a forked child takes it over into the modules that are loaded, and runs the tests that should notice."""

import contextlib
import gc
import importlib
import inspect
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from bench.drills.mutation.mutants import Mutant

SECONDS_MAX = 120
LOOK_SECONDS = 0.02
SURVIVED, CAUGHT, NOT_APPLIED = 0, 1, 3
_QUIETLY = [
    "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist",
    # What is loaded for all children is not rewritten for better messages; nobody reads them.
    "-W", "ignore::pytest.PytestAssertRewriteWarning",
]  # fmt: skip


def attempt(mutant: Mutant | None, tests: Sequence[str]) -> int:
    """Whether the tests noticed; without a mistake, whether they pass at all. A test run that never ends counts as noticed."""
    pid = os.fork()
    if pid == 0:
        os._exit(_in_child(mutant, tests))
    until = time.monotonic() + SECONDS_MAX
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return CAUGHT
        time.sleep(LOOK_SECONDS)


def _in_child(mutant: Mutant | None, tests: Sequence[str]) -> int:
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    try:
        if mutant is not None and not _apply(mutant):
            return NOT_APPLIED
        said = pytest.main([*_QUIETLY, *tests])
    except BaseException:  # noqa: BLE001 -- whatever the mistake has broken, it was noticed
        return CAUGHT
    return SURVIVED if said == pytest.ExitCode.OK else CAUGHT


def _apply(mutant: Mutant) -> bool:
    module = importlib.import_module(mutant.module)
    if mutant.table:
        return _apply_to_table(module, mutant)
    code = _code_of(compile(mutant.source, module.__file__ or "", "exec"), mutant.function.split("."))
    functions = list(_functions_of(module, mutant.function)) if code else []
    if not code or not functions or any(f.__code__.co_freevars != code.co_freevars for f in functions):
        return False
    for function in functions:
        function.__code__ = code
    return True


def _apply_to_table(module: ModuleType, mutant: Mutant) -> bool:
    moves = getattr(module, mutant.table)
    key = next(key for key in moves.table if (str(key[0]), str(key[1])) == mutant.move)
    if mutant.to:
        moves.table[key] = type(moves.first)(mutant.to)
    else:
        del moves.table[key]
    return True


def _code_of(code: CodeType, path: Sequence[str]) -> CodeType | None:
    for name in path:
        found = [c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == name]
        if not found:
            return None
        code = found[-1]
    return code


def _functions_of(module: ModuleType, name: str) -> Iterator[FunctionType]:
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
                yield inner
                return


def settle() -> None:
    """Everything that is loaded by now is shared by the children."""
    gc.collect()
    gc.freeze()
    sys.stdout.flush()
