"""Plans that shops offer, as rows."""

from collections.abc import Collection, Sequence

from huozhan.kernel.work import Work
from huozhan.staging.plan import Plan
from huozhan.staging.stage import Condition


async def of_sellers(work: Work, seller_ids: Collection[int]) -> dict[int, list[Plan]]:
    """What these shops offer to anybody, by seller, in the order of their codes."""
    rows = await work.db.fetch(
        "SELECT seller_id, plan_code, gate, condition, from_minor, is_earnest FROM stage_plan"
        " WHERE seller_id = ANY ($1::bigint[]) ORDER BY seller_id, plan_code",
        list(seller_ids),
    )
    found: dict[int, list[Plan]] = {}
    for row in rows:
        plan = Plan(
            plan_code=row["plan_code"],
            gate=row["gate"],
            condition=Condition(row["condition"]),
            from_minor=row["from_minor"],
            is_earnest=row["is_earnest"],
        )
        found.setdefault(row["seller_id"], []).append(plan)
    return found


_WRITE = """
WITH gone AS (
    DELETE FROM stage_plan WHERE seller_id = $1 AND plan_code <> ALL ($2::text[])
)
INSERT INTO stage_plan (seller_id, plan_code, gate, condition, from_minor, is_earnest)
SELECT $1, * FROM unnest($2::text[], $3::int[], $4::text[], $5::bigint[], $6::boolean[])
    ON CONFLICT (seller_id, plan_code) DO UPDATE
   SET gate = EXCLUDED.gate, condition = EXCLUDED.condition, from_minor = EXCLUDED.from_minor,
       is_earnest = EXCLUDED.is_earnest
"""


async def write(work: Work, plans: Sequence[Plan]) -> None:
    """Sets the plans that the actor's organisation offers, whole."""
    await work.db.execute(
        _WRITE, work.actor.org_id, [plan.plan_code for plan in plans], [plan.gate for plan in plans],
        [plan.condition for plan in plans], [plan.from_minor for plan in plans],
        [plan.is_earnest for plan in plans],
    )  # fmt: skip
