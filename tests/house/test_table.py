"""The table of the API and the permissions: nothing can be reached that is not listed, and nothing is listed twice."""

import re
from collections import Counter
from types import FunctionType
from typing import Any

import msgspec
import pytest

from huozhan import (
    catalogue,
    certificates,
    contracts,
    credit,
    disruption,
    fulfilment,
    insight,
    interest,
    invoicing,
    ledger,
    messaging,
    operations,
    ordering,
    parties,
    payments,
    promotion,
    reviews,
    search,
    shelves,
    staging,
)
from huozhan.doors.api.table import OPERATIONS
from huozhan.kernel.shapes import Ask
from tests.house.reading import python_files, text_of

CONTEXTS = (
    catalogue,
    certificates,
    contracts,
    disruption,
    credit,
    fulfilment,
    insight,
    interest,
    invoicing,
    ledger,
    messaging,
    operations,
    ordering,
    parties,
    payments,
    promotion,
    reviews,
    search,
    shelves,
    staging,
)
NOT_IN_THE_API = {
    "search.photo_file": "a picture, shown by its page",
    "catalogue.offer_stretches": "for programs that gather pages, as the site map",
    "catalogue.listed_offers": "the same",
    "parties.claim_first_operator": "comes once, by a printed link, in a browser",
    "parties.review_supplier": "operations' own act does it and writes down who did",
    "promotion.make_market_coupon": "the same",
    "promotion.stop_market_coupon": "the same",
    "catalogue.offer_page": "search.offer_page shows it, and notes that somebody looked",
    "catalogue.take_down_offer": "operations' own act does it and writes down who did",
    "catalogue.restore_offer": "the same",
    "payments.return_receipt": "the same",
    "payments.settle_receipt": "the same",
    "payments.penalise": "the same",
    "payments.fill_pool": "the same",
    "payments.import_statement": "the same",
    "payments.assign_bank_receipt": "the same",
    "payments.return_bank_receipt": "the same",
    "payments.retry_payout": "the same",
    "payments.export_file": "a file to download from a page",
    "contracts.take_contract": "the same",
    "contracts.take_contract_on_file": "the same",
    "contracts.package_file": "the same",
    "messaging.unread_notices": "a page's bell; `notices` tells the same",
    "insight.assortment_problem": "what `build_assortment` gathers before it solves",
    "parties.my_data": "operations.my_data tells it, with what lies above",
    "interest.take_along": "a browser's own memory, when its reader signs in",
    "messaging.judge_report": "operations' own act does it and writes down who did",
    "messaging.message_picture": "whether a page may show a picture",
    "reviews.review_picture": "the same",
    "invoicing.tax_report_file": "a file to download from a page",
    "invoicing.fee_file": "the same",
    "invoicing.enter_invoice": "with a file, sent by a page",
    "ordering.sales_by_day": "the workbench's figures of the days",
    "catalogue.upload_import": "a file, sent by a page",
    "catalogue.offers_by_code": "a form's reading of what people type; programs know their offers' ids",
    "catalogue.import_page": "the page of that file",
    "catalogue.my_imports": "the same",
    "catalogue.import_faults": "the same",
    "catalogue.apply_import": "the same",
    "catalogue.import_template": "a file to download from a page",
    "catalogue.export_offers": "the same",
    "fulfilment.labels": "paper to print",
    "ordering.reveal_receiver": "shown to a person who gives a reason, never to a program",
    "ledger.chain_state": "inside `verify`",
    "operations.waiting": "the figures beside the console's lists; each list tells the same",
    "operations.account_statement": "the console's drill into one account",
}
EVERYBODYS = {"public", "self", "system"}


def _use_cases() -> dict[str, Any]:
    return {
        function.name: function
        for context in CONTEXTS
        for function in vars(context).values()
        if isinstance(function, FunctionType) and hasattr(function, "permission")
    }


def test_every_use_case_is_in_the_api_or_has_a_reason() -> None:
    reached = {operation.use_case.name for operation in OPERATIONS}
    outside = {name for name, use_case in _use_cases().items() if use_case.permission != "system"} - reached

    assert sorted(outside - set(NOT_IN_THE_API)) == []
    assert reached & set(NOT_IN_THE_API) == set()


def test_the_market_itself_is_never_called_over_the_api() -> None:
    assert [operation.id for operation in OPERATIONS if operation.use_case.permission == "system"] == []


def test_every_permission_is_in_a_role_and_every_one_of_a_role_is_used() -> None:
    asked = {use_case.permission for use_case in _use_cases().values()}
    inside = {
        name
        for file in python_files()
        for name in re.findall(r"\.(?:must|may)\(\s*\"([a-z.]+)\"", text_of(file))
    }

    assert (asked | inside) - EVERYBODYS - parties.ALL_PERMISSIONS == set()
    assert parties.ALL_PERMISSIONS - asked - inside == set()


def test_a_path_stands_once() -> None:
    paths = Counter((operation.method, re.sub(r"{\w+}", "{}", operation.path)) for operation in OPERATIONS)

    assert [path for path, count in paths.items() if count > 1] == []
    assert [
        name for name, count in Counter(operation.id for operation in OPERATIONS).items() if count > 1
    ] == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_an_operation_fits_its_use_case(operation: Any) -> None:
    fields = {field.name for field in msgspec.structs.fields(operation.ask)}

    assert set(operation.path_fields) <= fields
    assert issubclass(operation.ask, Ask), "an ask refuses unknown fields"
    assert operation.use_case.__doc__, "the description has no sentence for it"
    assert operation.method != "GET" or not operation.use_case.writes
    assert not (operation.needs_key and operation.use_case.is_secret), (
        "what is secret is not kept for a repeat"
    )


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_an_ask_has_limits(operation: Any) -> None:
    described = msgspec.json.schema(operation.ask)
    open_ended = list(_open_ended(described, operation.id))

    assert open_ended == []


def _open_ended(node: Any, where: str) -> list[str]:
    """Texts, numbers and lists of a schema that may be of any size."""
    found: list[str] = []
    if isinstance(node, dict):
        kind = node.get("type")
        if kind == "string" and not {"maxLength", "pattern", "format", "enum", "const"} & node.keys():
            found.append(f"{where}: text")
        if kind == "integer" and not _has_ends(node):
            found.append(f"{where}: number")
        if kind == "array" and "maxItems" not in node:
            found.append(f"{where}: list")
        for name, child in node.items():
            if name not in ("enum", "examples", "default"):
                found += _open_ended(
                    child, f"{where}.{name}" if name not in ("properties", "$defs", "items") else where
                )
    elif isinstance(node, list):
        for child in node:
            found += _open_ended(child, where)
    return found


def _has_ends(node: dict[str, Any]) -> bool:
    return "enum" in node or ("minimum" in node and bool({"maximum", "exclusiveMaximum"} & node.keys()))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_a_pattern_ends_where_the_text_ends(operation: Any) -> None:
    """In Python `$` also matches before a last line break, so every pattern must forbid one."""
    patterns = re.findall(
        r'"pattern":"((?:[^"\\]|\\.)*)"', msgspec.json.encode(msgspec.json.schema(operation.ask)).decode()
    )

    assert [pattern for pattern in patterns if "(?!\\\\n)$" not in pattern] == []
