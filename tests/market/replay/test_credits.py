"""Which sales cover a credit: the newest first, no piece and no penny twice, nothing that was sold later."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from huozhan.doors.market.replay_credits import Cover
from huozhan.doors.market.replay_reading import CreditNote, Invoice, InvoiceLine

OPENING = datetime(2010, 6, 1, 9, tzinfo=UTC)
CODES = ("85123A", "22423")
LINE = st.tuples(st.sampled_from(CODES), st.integers(1, 30), st.integers(0, 9_999))


def invoice(no: int, code: str, quantity: int, minor: int) -> Invoice:
    return Invoice(
        invoice_no=str(no), at=OPENING + timedelta(hours=no), customer="1", country="", freight_minor=0,
        freight_rows=0, lines=(InvoiceLine(code, quantity, minor, 1),),
    )  # fmt: skip


def note(no: int, *lines: tuple[str, int, int]) -> CreditNote:
    return CreditNote(
        invoice_no=f"C{no}", at=OPENING + timedelta(hours=no), customer="1", country="",
        lines=tuple(InvoiceLine(*line, 1) for line in lines),
    )  # fmt: skip


def test_the_newest_sale_before_the_credit_covers_it_first() -> None:
    cover = Cover()
    for no in (1, 2, 9):
        cover.sell(invoice(no, "22423", 4, 400 * no))
    planned = cover.plan(note(5, ("22423", 6, 3_000)))
    assert [(p.invoice_no, p.quantity, p.amount_minor) for p in planned.portions] == [
        ("2", 4, 800),
        ("1", 2, 200),
    ]
    assert planned.goodwill == {"dearer_than_sold": 2_000}


def test_what_was_sold_to_nobody_or_in_too_few_pieces_is_goodwill() -> None:
    cover = Cover()
    cover.sell(invoice(1, "22423", 1, 100))
    planned = cover.plan(note(2, ("22423", 3, 300), ("85123A", 1, 50)))
    assert planned.goodwill == {"more_than_sold": 200, "not_sold_before": 50}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), LINE), max_size=25))
def test_every_penny_goes_somewhere_once(events: list[tuple[bool, tuple[str, int, int]]]) -> None:
    cover = Cover()
    sold: dict[str, InvoiceLine] = {}
    pieces: dict[str, int] = {}
    back: dict[str, int] = {}
    for no, (is_sale, line) in enumerate(events):
        if is_sale:
            one = invoice(no, *line)
            sold[one.invoice_no] = one.lines[0]
            cover.sell(one)
            continue
        planned = cover.plan(note(no, line))
        assert sum(p.amount_minor for p in planned.portions) + sum(planned.goodwill.values()) == line[2]
        for portion in planned.portions:
            assert portion.code == line[0] == sold[portion.invoice_no].code
            pieces[portion.invoice_no] = pieces.get(portion.invoice_no, 0) + portion.quantity
            back[portion.invoice_no] = back.get(portion.invoice_no, 0) + portion.amount_minor
    for name, line in sold.items():
        assert pieces.get(name, 0) <= line.quantity
        assert back.get(name, 0) <= line.amount_minor
