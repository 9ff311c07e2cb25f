"""Small mistakes: one place of a function's body, or one move of a state machine's table, made otherwise.

A library was looked for. Those that are kept either leave functions with decorators out, which ours mostly are, or change
files on disk and start a test run with all its imports for each mistake; none knows a table of moves.
"""

import ast
import copy
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

import msgspec

from huozhan.kernel.moves import Moves

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
_NAMED = {"min": "max", "max": "min", "any": "all", "all": "any", "ceil": "floor", "floor": "ceil"}


class Mutant(msgspec.Struct, frozen=True):
    """One mistake: in a function (its qualified name and its changed source), or in a table (`move`)."""

    module: str
    line: int
    what: str
    line_to: int = 0
    nth: int = 1
    function: str = ""
    source: str = ""
    table: str = ""
    move: tuple[str, str] = ("", "")
    to: str = ""

    @property
    def name(self) -> str:
        """Where and what, for a person."""
        return f"{self.module.removeprefix('huozhan.')}:{self.line} {self.key.partition(' ')[2]}"

    @property
    def key(self) -> str:
        """The same without the line, so that it is found again when lines move; equal ones are counted."""
        nth = f" #{self.nth}" if self.nth > 1 else ""
        return f"{self.module.removeprefix('huozhan.')} {self.function or self.table}: {self.what}{nth}"


def mutants_of(module: ModuleType, source: str) -> list[Mutant]:
    """All mistakes that are tried in a module."""
    return [*_in_functions(module.__name__, source), *_in_tables(module, source)]


def tables_in(module: ModuleType, source: str) -> dict[str, Moves[Any]]:
    """The tables of moves that a module makes; those it only names are another module's."""
    made = re.findall(r"^(\w+) = Moves\(", source, re.MULTILINE)
    return {name: getattr(module, name) for name in made}


def _in_functions(module: str, source: str) -> Iterator[Mutant]:
    tree = ast.parse(source)
    for function, name in _functions(tree, ""):
        body = function.body[1:] if ast.get_docstring(function) else function.body
        met = Counter[str]()
        for node, (line, line_to) in _places(body):
            for what, changed in _changes(node):
                copied = _alone(copy.deepcopy(function, {id(node): changed}), name)
                met[what] += 1
                yield Mutant(
                    module, line, what, line_to, met[what], name,
                    source=ast.unparse(ast.fix_missing_locations(copied)),
                )  # fmt: skip


def _alone(function: ast.AST, name: str) -> ast.Module:
    """A function in its classes, without what stands around it."""
    stands: Any = function
    for around in reversed(name.split(".")[:-1]):
        stands = ast.ClassDef(around, [], [], [stands], [])
    return ast.Module([stands], [])


def _places(body: Sequence[ast.stmt]) -> Iterator[tuple[ast.AST, tuple[int, int]]]:
    """Every node of some statements that runs, with the lines of the statement it belongs to, without what stands below.

    What is only read by people and type checkers does not run: annotations, and what an assertion says when it fails. Nor
    does it change anything that two sequences are zipped strictly which are always equally long.
    """
    for statement in body:
        below = [child for child in ast.iter_child_nodes(statement) if isinstance(child, _BELOW)]
        last = (
            min((child.lineno for child in _first_lines(below)), default=(statement.end_lineno or 0) + 1) - 1
        )
        lines = statement.lineno, max(statement.lineno, last)
        silent = {id(getattr(statement, field, None)) for field in ("annotation", "msg", "args", "returns")}
        nodes: list[ast.AST] = [statement]
        while nodes:
            node = nodes.pop(0)
            yield node, lines
            nodes += [
                child for child in ast.iter_child_nodes(node)
                if id(child) not in silent
                and not (node is statement and isinstance(child, _BELOW))
                and not (isinstance(child, ast.keyword) and child.arg == "strict")
            ]  # fmt: skip
        for inner in _inner(statement):
            yield from _places(inner)


_BELOW = (ast.stmt, ast.ExceptHandler, ast.match_case)


def _first_lines(below: Sequence[ast.AST]) -> Iterator[ast.stmt]:
    for child in below:
        yield child if isinstance(child, ast.stmt) else child.body[0]  # type: ignore[attr-defined]


def _inner(statement: ast.stmt) -> Iterator[Sequence[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        yield getattr(statement, field, None) or []
    for branch in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield branch.body


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child, prefix + child.name
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may be wrong about one node, and the node in its place."""
    match node:
        case ast.Compare(ops=[op, *more]) if type(op) in _COMPARED:
            other = _COMPARED[type(op)]()
            yield (
                f"{_said(node)} with {type(other).__name__}",
                ast.Compare(node.left, [other, *more], node.comparators),
            )
        case ast.BinOp(op=op) if type(op) in _COUNTED:
            swapped = _COUNTED[type(op)]()
            yield f"{_said(node)} with {type(swapped).__name__}", ast.BinOp(node.left, swapped, node.right)
        case ast.BoolOp():
            flipped = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield f"{_said(node)} with {type(flipped).__name__}", ast.BoolOp(flipped, node.values)
        case ast.UnaryOp(op=ast.Not()):
            yield f"{_said(node)} without not", node.operand
        case ast.IfExp() | ast.If():
            negated = ast.UnaryOp(ast.Not(), node.test)
            yield f"if not {_said(node.test)}", type(node)(negated, node.body, node.orelse)
        case ast.Call(func=ast.Name(id=name)) if name in _NAMED:
            yield (
                f"{_said(node)} with {_NAMED[name]}",
                ast.Call(ast.Name(_NAMED[name], ast.Load()), node.args, node.keywords),
            )
        case ast.Constant(value=bool(value)):
            yield f"{value} is {not value}", ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield f"{value} is {value + 1}", ast.Constant(value + 1)
        case ast.Expr(value=ast.Call() | ast.Await()):
            yield f"without {_said(node)}", ast.Pass()
        case ast.Raise():
            yield f"without {_said(node)}", ast.Pass()


def _said(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 60 else text[:57] + "..."


def _in_tables(module: ModuleType, source: str) -> Iterator[Mutant]:
    """A table lacks a move, or one of its moves leads elsewhere."""
    for name, moves in tables_in(module, source).items():
        states = list(type(moves.first))
        for (state, event), to in moves.table.items():
            other = states[(states.index(to) + 1) % len(states)]
            key = (str(state), str(event))
            yield Mutant(module.__name__, 0, f"no {state} + {event}", table=name, move=key)
            yield Mutant(
                module.__name__, 0, f"{state} + {event} leads to {other}", table=name, move=key, to=str(other)
            )
