"""What a part of the house may touch: others, the database, the clock, the network, a state."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tests.house.reading import (
    CONTEXTS,
    LIBRARY,
    SOURCE,
    calls_in,
    name_of,
    python_files,
    tables_by_context,
    text_of,
    texts_in,
    tree_of,
)

OPENS_TRANSACTIONS = {
    "doors/run.py": "the one place",
    "kernel/database.py": "migrations",
    "doors/jobs/relay.py": "a savepoint for each reaction, so that one that fails does not stop the batch",
    "fulfilment/shipping.py": "a savepoint for each row of a batch, so that bad rows are named and good ones kept",
    "ordering/reopening.py": "a savepoint, so that goods that are gone leave a late payment to go back",
    "catalogue/store/categories.py": "reference tables, brought up to date when a market is founded",
}
COMMITS = {
    "search/writer.py": "the full-text index's own writer",
    "search/indexing.py": "the same",
    "doors/jobs/pictures.py": "the picture index's own writer",
}
READS_THE_CLOCK = {
    "kernel/clock.py": "the clock itself",
    "kernel/ids.py": "ids must sort by the machine's time, also when a test moves the market's",
    "kernel/signed_http.py": "a signature carries the machine's time",
    "payments/alipay.py": "the same",
    "search/index.py": "how long ago a reader looked for a newer build; no date of the trade",
    "search/pictures/index.py": "the same",
    "search/opensearch/line.py": "how long ago a silent cluster was asked last",
    "search/opensearch/reading.py": "for how long an answer is taken as known",
}
SPEAKS_TO_THE_NETWORK = {
    "kernel/signed_http.py": "one call to an outside party; ports are built on it",
    "payments/alipay.py": "an outside party that speaks a language of its own",
    "payments/wechat_pay.py": "the same",
    "search/opensearch/line.py": "an engine of the search that is elsewhere; nothing of the trade depends on it",
}
CLOCK_CALLS = re.compile(
    r"^(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|monotonic|perf_counter)|now|today)$"
)
NETWORK = ("httpx", "socket", "aiohttp", "requests", "urllib.request", "http.client", "smtplib", "ssl")
FLOATS = {
    "kernel/clock.py": "seconds on a stop-watch",
    "kernel/signed_http.py": "a time-out",
    "payments/alipay.py": "the same",
    "payments/wechat_pay.py": "the same",
    "search/index.py": "seconds on a stop-watch, scores of the engine",
    "search/wording.py": "weights of words",
    "search/making.py": "the same",
    "search/opensearch/making.py": "the same",
    "search/opensearch/asking.py": "weights, and scores of the engine",
    "search/opensearch/mapping.py": "the constants of BM25",
    "search/opensearch/line.py": "time-outs",
    "search/opensearch/reading.py": "seconds on a stop-watch",
    "search/opensearch/writing.py": "seconds of a pause",
    "search/synonyms.py": "exact decimals of what goods weigh and measure",
    "search/ranking/factors.py": "powers of two, of values in millionths",
    "search/ranking/arranging.py": "the engine's scores",
    "search/ranking/explaining.py": "the same",
    "search/ranking/judging.py": "the normal curve of a test by many visitors",
    "search/measures/notebook.py": "the engine's scores",
    "search/ranking/paging.py": "the same",
    "search/same/traits.py": "logarithms of how rare words are and of prices",
    "search/meaning/model.py": "what texts mean",
    "search/understanding/categories.py": "how probably a category is meant",
    "search/understanding/profiles.py": "weights of words",
    "search/understanding/corrections.py": "how likely a slip is",
    "search/pictures/index.py": "seconds on a stop-watch, and the engine's distances",
    "search/pictures/learned.py": "what a net has learnt",
    "search/pictures/onnx.py": "the same of an operator's",
    "search/pictures/model.py": "what pictures look like",
    "search/pictures/plain.py": "the same",
    "kernel/ids.py": "milliseconds to sleep",
    "insight/neighbours.py": "weights of a linear model, kept in millionths",
    "catalogue/sheet.py": "spreadsheets keep every number as a float; it is read as a text",
}
SMALL_STATES = {
    "import_run": "an import's two steps; each statement names the one state it moves from",
    "order_amendment": "an offered price is dropped when another takes its place",
    "parked_receipt": "a person asks, the channel's word ends or parks it again, or people settle it; the use case locks and reads the state first",
    "payment_refund": "the channel's word ends a refund",
}
"""Tables whose states are written in SQL; every other state is a parameter that a table of moves decided."""
OF_THE_KERNEL = {
    ("operations", "rule_version"): "operators publish what the kernel reads",
    ("ordering", "timer"): "a check that no finished order has a timer left",
    ("contracts", "timer"): "a check that a version that is being signed has a deadline and no other has",
    ("aftersales", "timer"): "a check that every open case has one and no other has",
}
"""Tables of the kernel that a context uses itself."""
_TABLE_USE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|LOCK TABLE)\s+(?:ONLY\s+)?([a-z_]+)\b")
_STATE_WRITE = re.compile(
    r"UPDATE\s+(\w+)(?:\s+\w+)?\s+SET\s[^;]*?\bstate\s*=\s*('[a-z_]+'|\$\d+|[\w.]+)", re.DOTALL
)


def test_calls_go_downstairs_and_through_front_desks() -> None:
    assert lint_imports(no_cache=True) == 0, "run lint-imports to read which import it is"


def _library() -> tuple[Path, ...]:
    return python_files(*LIBRARY)


def test_only_the_runner_opens_transactions() -> None:
    found = {
        name_of(file)
        for file in python_files()
        for _, call in calls_in(file)
        if call.endswith(".transaction") and not call.startswith("client")
    }

    assert found == set(OPENS_TRANSACTIONS)


def test_nothing_commits_by_hand() -> None:
    found = {
        name_of(file)
        for file in python_files()
        for _, call in calls_in(file)
        if call.endswith((".commit", ".rollback"))
    }

    assert found == set(COMMITS)


def test_the_clock_is_read_at_the_edge() -> None:
    found = {name_of(file) for file in _library() for _, call in calls_in(file) if CLOCK_CALLS.match(call)}

    assert found == set(READS_THE_CLOCK)


@pytest.mark.parametrize("context", CONTEXTS)
def test_sql_reads_no_clock(context: str) -> None:
    found = [
        f"{name_of(file)}:{line}"
        for file in python_files(context)
        for line, text in texts_in(file)
        if re.search(r"\b(now\(\)|CURRENT_(TIMESTAMP|DATE|TIME)|clock_timestamp\(|LOCALTIME)", text)
    ]

    assert found == []


def test_contexts_leave_the_network_to_ports() -> None:
    found = {
        name_of(file)
        for file in _library()
        for node in ast.walk(tree_of(file))
        for name in _imported(node)
        if name.startswith(NETWORK)
    }

    assert found == set(SPEAKS_TO_THE_NETWORK)


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module


def test_money_is_never_a_float() -> None:
    found = {
        name_of(file)
        for file in _library()
        for node in ast.walk(tree_of(file))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float" and not _is_annotation_of_time(file))
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and _is_arithmetic(node))
    }

    assert found <= set(FLOATS)


def _is_annotation_of_time(file: Path) -> bool:
    return name_of(file) in FLOATS


def _is_arithmetic(node: ast.BinOp) -> bool:
    """A slash between paths is no division."""
    return not any(
        (isinstance(side, ast.Constant) and isinstance(side.value, str))
        or re.search(r"folder|file|path|home|resources|root|build", ast.unparse(side))
        for side in (node.left, node.right)
    )


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_table_is_used_by_its_own_context_alone(context: str) -> None:
    owners = tables_by_context()
    foreign = [
        f"{name_of(file)}:{line} uses {table} of {owners[table]}"
        for file in python_files(context)
        for line, text in texts_in(file)
        for table in _TABLE_USE.findall(text)
        if owners.get(table, context) != context and (context, table) not in OF_THE_KERNEL
    ]

    assert foreign == []


@pytest.mark.parametrize("context", CONTEXTS)
def test_sql_stands_in_the_store(context: str) -> None:
    owners = tables_by_context()
    elsewhere = [
        f"{name_of(file)}:{line}"
        for file in python_files(context)
        if "store" not in name_of(file)
        for line, text in texts_in(file)
        for table in _TABLE_USE.findall(text)
        if table in owners
    ]

    assert elsewhere == []


def test_every_table_has_an_owner_who_uses_it() -> None:
    owners = tables_by_context()
    everything = "\n".join(text_of(file) for file in python_files())

    assert [table for table in owners if not re.search(rf"\b{table}\b", everything)] == []


def test_a_state_is_written_by_the_store_as_its_table_of_moves_says() -> None:
    writes = {
        (name_of(file).partition("/")[0], "store" in name_of(file), table, value)
        for file in python_files(*CONTEXTS)
        for _, text in texts_in(file)
        for table, value in _STATE_WRITE.findall(text)
    }

    assert writes, "this test found nothing to judge"
    assert [write for write in writes if not write[1]] == []
    assert {table for *_, table, value in writes if not value.startswith("$")} == set(SMALL_STATES)


def test_a_state_is_set_on_no_object() -> None:
    found = [
        f"{name_of(file)}:{node.lineno}"
        for file in python_files(*CONTEXTS)
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute)
        and target.attr in ("state", "status")
        and ".after(" not in ast.unparse(node)
    ]

    assert found == []


def test_imports_inside_functions_dodge_no_cycle() -> None:
    found = [
        f"{name_of(file)}:{node.lineno}"
        for file in python_files(*LIBRARY)
        for function in ast.walk(tree_of(file))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert found == []


def test_the_environment_is_read_by_the_composition_root_alone() -> None:
    found = {
        name_of(file)
        for file in python_files()
        if re.search(r"os\.environ|os\.getenv", text_of(file)) and not name_of(file).startswith("supervisor/")
    }

    assert found <= {"main.py", "cli.py", "doors/health.py"}, SOURCE
