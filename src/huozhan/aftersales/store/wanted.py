"""Rows of what is wanted instead of the lines of an exchange; the caller has read or locked the case."""

from collections.abc import Sequence
from typing import Any

import msgspec

from huozhan.aftersales.case import Case
from huozhan.aftersales.swap import Wanted
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work

_FIELDS = Wanted.__struct_fields__
_ADD = (
    f"INSERT INTO aftersale_wanted (order_id, case_id, {', '.join(_FIELDS)})"
    f" VALUES ($1, $2, {', '.join(f'${i}' for i in range(3, 3 + len(_FIELDS)))})"
)


async def want(work: Work, case: Case, wanted: Sequence[Wanted]) -> None:
    """Writes what is wanted from now on, in the place of what was."""
    await work.db.execute(
        "DELETE FROM aftersale_wanted WHERE order_id = $1 AND case_id = $2", case.order_id, case.case_id
    )
    if wanted:
        await work.db.executemany(_ADD, [(case.order_id, case.case_id, *_values(one)) for one in wanted])


def _values(one: Wanted) -> list[Any]:
    values = [getattr(one, name) for name in _FIELDS]
    return [msgspec.json.encode(v).decode() if isinstance(v, Bilingual) else v for v in values]


async def wanted_of(work: Work, case: Case) -> dict[int, Wanted]:
    """What is wanted instead, by line; lines that are replaced by the same are not among them."""
    rows = await work.db.fetch(
        f"SELECT {', '.join(_FIELDS)} FROM aftersale_wanted WHERE order_id = $1 AND case_id = $2 ORDER BY line_no",
        case.order_id, case.case_id,
    )  # fmt: skip
    return {
        row["line_no"]: Wanted(**dict(row) | {"options": msgspec.json.decode(row["options"], type=Bilingual)})
        for row in rows
    }
