"""The numbers that scores are made with, as the rules have them at a moment."""

from collections.abc import Mapping
from datetime import datetime

from huozhan.kernel.rules import RuleBook
from huozhan.scenes.measure import Measure
from huozhan.scenes.scoring import DIMENSIONS, FLOORED, FULL_E2, RULED, WHOLE_BP, Book, as_goodness

PLAIN_RULES = (
    "service.window",
    "service.least",
    "service.plain",
    "service.pickup",
    "service.pickup_fast",
    "service.signed",
    "service.repurchase",
    "service.shrink",
    "service.peers",
    "service.composite_least",
    "service.percentile_low",
    "service.percentile_middle",
    "service.percentile_high",
    "service.points_middle",
    "service.points_high",
    "service.floor_warning",
    "service.floor_cure",
)


def pins_at(rules: RuleBook, moment: datetime) -> Mapping[str, int]:
    """The versions of every rule that a day is counted under."""
    weights = [f"service.weight.{name}" for name in (*DIMENSIONS, *RULED.values())]
    marks = [f"service.{mark}.{name}" for mark in ("excellent", "poor") for name in RULED.values()]
    floors = [f"service.floor.{RULED[measure]}" for measure in FLOORED]
    return rules.pins((*PLAIN_RULES, *weights, *marks, *floors), moment)


def book_at(rules: RuleBook, moment: datetime, pins: Mapping[str, int]) -> Book:
    """The numbers of the versions that are pinned, or of those in force at a moment."""

    def number(code: str) -> int:
        return rules.pinned(code, pins, moment).value

    def marks(mark: str, measures: Mapping[Measure, str]) -> dict[Measure, int]:
        return {m: as_goodness(m, number(f"service.{mark}.{name}")) for m, name in measures.items()}

    return Book(
        least=number("service.least"),
        plain=number("service.plain"),
        shrink=number("service.shrink"),
        peers=number("service.peers"),
        composite_least_bp=number("service.composite_least"),
        percentiles=(
            number("service.percentile_low"),
            number("service.percentile_middle"),
            number("service.percentile_high"),
        ),
        middle_e2=FULL_E2 * number("service.points_middle") // WHOLE_BP,
        high_e2=FULL_E2 * number("service.points_high") // WHOLE_BP,
        weights={name: number(f"service.weight.{name}") for name in (*DIMENSIONS, *RULED.values())},
        excellent=marks("excellent", RULED),
        poor=marks("poor", RULED),
        floors=marks("floor", {measure: RULED[measure] for measure in FLOORED}),
    )
