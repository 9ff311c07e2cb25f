"""Checks of contracts in SQL: states beside signatures and timers."""

from collections.abc import Mapping
from typing import Any

from huozhan.kernel.work import Work

CHECKS = {
    "contracts.in_force_unsigned": """
        SELECT v.contract_id, v.version_no FROM contract_version v
         WHERE v.state = 'in_force' AND (SELECT count(DISTINCT s.side) FROM contract_signature s
           WHERE s.contract_id = v.contract_id AND s.version_no = v.version_no AND s.state = 'signed') <> 3
         ORDER BY v.contract_id LIMIT $1""",
    "contracts.deadline_apart": """
        SELECT c.contract_id, v.state FROM contract c
          JOIN contract_version v ON v.contract_id = c.contract_id AND v.version_no = c.latest_no
         WHERE (v.state = 'signing') <> EXISTS (
           SELECT FROM timer t WHERE t.about_id = c.contract_id AND t.kind = 'contract_sign')
         ORDER BY c.contract_id LIMIT $1""",
    "contracts.latest_apart": """
        SELECT c.contract_id, c.latest_no FROM contract c
         WHERE c.latest_no <> (SELECT max(v.version_no) FROM contract_version v WHERE v.contract_id = c.contract_id)
         ORDER BY c.contract_id LIMIT $1""",
    "contracts.package_apart": """
        SELECT contract_id, package_id FROM contract_package WHERE content IS NOT NULL AND sha256 <> sha256(content)
         ORDER BY contract_id, package_id LIMIT $1""",
}


async def apart(work: Work, limit: int) -> list[tuple[str, Mapping[str, Any]]]:
    """What no check should find, with the code it is found under."""
    return [(code, row) for code, check in CHECKS.items() for row in await work.db.fetch(check, limit)]


async def contracts_after(work: Work, after: int, limit: int) -> list[int]:
    """The next contracts by id."""
    rows = await work.db.fetch(
        "SELECT contract_id FROM contract WHERE contract_id > $1 ORDER BY contract_id LIMIT $2", after, limit
    )
    return [row["contract_id"] for row in rows]
