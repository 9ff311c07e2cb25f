"""Plays every fault on every flow, each with many seeds, and compares what the parties did with what we say."""

import contextlib
import random
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import uvloop
from tests.ordering.trading import Trade

from bench.drills.faults.flows import FLOWS, Run
from bench.drills.faults.plans import LATE_DAYS_MAX, PLANS
from bench.drills.patient import DrillFailed
from bench.drills.simulation import escrow, everyday  # noqa: F401 -- what a person on duty does registers itself
from bench.drills.simulation.happening import Happening
from bench.drills.simulation.parties import Parties
from bench.drills.simulation.playing import begin_again, open_again, playing
from bench.ground import Ground, empty_market

FAULTS = tuple(PLANS)
_ENDS = """
SELECT 'payment ' || state AS name, count(*) AS number FROM payment GROUP BY 1
UNION ALL SELECT 'refund ' || state, count(*) FROM payment_refund GROUP BY 1
UNION ALL SELECT 'withdrawal ' || state, count(*) FROM withdrawal GROUP BY 1
UNION ALL SELECT 'receipt ' || state, count(*) FROM bank_receipt GROUP BY 1
UNION ALL SELECT 'order ' || state, count(*) FROM trade_order GROUP BY 1
"""
TERMINAL = {
    "payment": {"paid", "mismatched", "closed"}, "refund": {"done"}, "withdrawal": {"done", "failed"},
    "receipt": {"matched", "returned"}, "order": {"success", "closed", "terminated"},
}  # fmt: skip


def faults_drill(
    *, seeds: int, only: str = "", first: int = 1, ground: Ground | None = None
) -> dict[str, Any]:
    """Plays the matrix; raises where money differs or does not come to its end within a day."""
    begun = time.monotonic()
    with empty_market() if ground is None else contextlib.nullcontext(ground) as stage:
        cells, ends, rest = uvloop.run(_play(stage, range(first, first + seeds), only))
    return {
        "what": "every fault of an outside party on every way on which money passes through it",
        "faults": list(FAULTS),
        "flows": {name: (flow.__doc__ or "").strip() for name, flow in FLOWS.items()},
        "seeds": seeds,
        "runs": sum(cells.values()),
        "runs_by_cell": dict(sorted(cells.items())),
        "ends": dict(sorted(ends.items())),
        "money_mismatches": 0,
        "not_ended_within_24_hours": 0,
        "longest_rest_hours": round(rest, 1),
        "seconds": round(time.monotonic() - begun),
    }


async def _play(ground: Ground, seeds: Sequence[int], only: str) -> tuple[Counter[str], Counter[str], float]:
    cells, ends, rest = Counter[str](), Counter[str](), 0.0
    async with playing(ground) as (hall, hand, clock):
        opened = await open_again(hall, hand, clock)
        for fault in FAULTS:
            for name, flow in FLOWS.items():
                for seed in seeds if only in f"{fault} {name}" else ():
                    chance = random.Random(f"{fault}:{name}:{seed}")
                    parties = Parties(clock, chance, PLANS[fault](chance))
                    begin_again(hall, clock, parties, buyer=opened.trade.li)
                    trade = Trade(hall, clock, opened.trade.people, dict(opened.trade.skus))
                    h = Happening(opened, trade, parties, chance)
                    try:
                        async with hand.seed():
                            await flow(Run(h, fault))
                            ends.update(await _end(h))
                    except Exception as error:
                        raise DrillFailed(
                            f"{fault} on {name}, seed {seed}: {error!r}\nTo play it again:"
                            f" bin/drill faults --seeds 1 --from-seed {seed} --only '{fault} {name}'"
                        ) from error
                    cells[f"{fault} {name}"] += 1
                    rest = max(rest, h.rested_hours)
    return cells, ends, rest


async def _end(h: Happening) -> dict[str, int]:
    """Everything comes to rest while the parties go on erring; then every money has its end, and both sides say the same.

    Days later the last messages arrive, of what has long ended.
    """
    await h.rest(calm=False)
    await escrow.return_parked(h)
    await h.rest(calm=False)
    h.trade.clock.pass_(days=LATE_DAYS_MAX)
    await h.rest(calm=False)
    await escrow.return_parked(h)
    await h.rest(calm=False)
    await h.look()
    if not h.parties.faults:
        raise DrillFailed("the fault never struck")
    async with h.hall.pool.acquire() as db:
        ends = {row["name"]: row["number"] for row in await db.fetch(_ENDS)}
    open_ones = [name for name in ends if name.partition(" ")[2] not in TERMINAL[name.partition(" ")[0]]]
    if open_ones:
        raise DrillFailed(f"not ended: {open_ones}")
    await h.verify(rested=True, whole_days=False)
    return ends
