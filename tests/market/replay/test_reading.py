"""What is played of a file, what is not, and why."""

from collections import Counter
from pathlib import Path

import pytest

from huozhan.doors.market.replay_reading import File, Invoice, Season
from tests.market.replay.ground import SMALL, SMALL_CREDIT_MINOR, SMALL_MINOR, write_file


@pytest.fixture
def file(tmp_path: Path) -> File:
    """The small file."""
    return File(write_file(tmp_path / "lines.parquet", SMALL))


def invoices_of(file: File) -> dict[str, Invoice]:
    """All invoices that are played."""
    return {
        invoice.invoice_no: invoice
        for season in file.seasons()
        for _, day in file.days(season)
        for invoice in day
    }


def test_every_row_is_played_or_has_a_reason(file: File) -> None:
    counts = file.counts()
    assert sum(counts.values()) == len(SMALL)
    assert counts == {
        "": 26,
        "bad_debt_adjustment": 1,
        "credit_note_that_charges": 1,
        "no_price_no_description": 1,
        "price_finer_than_a_hundredth_of_a_penny": 1,
        "price_not_above_zero": 1,
        "quantity_not_above_zero": 2,
    }
    assert file.credit_rows() == 8
    assert sum(file.kinds().values()) == 18


def test_rows_that_are_not_played_are_written_with_their_number_and_reason(
    file: File, tmp_path: Path
) -> None:
    file.write_unplayed(tmp_path / "unplayed.csv")
    head, *rows = (tmp_path / "unplayed.csv").read_text().splitlines()
    assert head.startswith("row_no,reason,invoice_no,stock_code")
    assert len(rows) == 7
    assert rows[0].startswith("27,credit_note_that_charges,C500012,M")
    assert Counter(row.split(",")[1] for row in rows) == Counter(
        {reason: count for reason, count in file.counts().items() if reason}
    )


def test_the_file_sums_what_was_charged_row_by_row(file: File) -> None:
    totals = file.totals()
    assert sum(totals.invoices.values()) == sum(totals.lines.values()) == SMALL_MINOR
    assert totals.months == {"2010-06": SMALL_MINOR - 30027, "2010-07": 30027}
    assert totals.customers["12680"] == 6375
    assert totals.customers[""] == 5040 + 255 + 2850 + 30027


def test_an_invoice_is_played_to_the_amounts_the_file_sums(file: File) -> None:
    totals = file.totals()
    for invoice_no, invoice in invoices_of(file).items():
        assert invoice.amount_minor == totals.invoices[invoice_no]
        for line in invoice.lines:
            assert line.amount_minor == totals.lines[invoice_no, line.code]


def test_rows_of_one_stock_code_are_one_line_however_it_is_spelt(file: File) -> None:
    [stand] = invoices_of(file)["500007"].lines
    assert (stand.quantity, stand.amount_minor, stand.rows) == (9, 10935, 3)
    [holder] = invoices_of(file)["500003"].lines
    assert holder.code == "85123A"


def test_carriage_is_freight_beside_goods_and_a_line_where_it_stands_alone(file: File) -> None:
    beside = invoices_of(file)["500008"]
    assert (len(beside.lines), beside.freight_minor, beside.freight_rows) == (1, 5100, 2)
    alone = invoices_of(file)["500009"]
    assert ([line.code for line in alone.lines], alone.freight_minor) == (["DOT"], 0)


def test_a_third_decimal_is_rounded_half_up_in_every_row(file: File) -> None:
    pads = next(line for line in invoices_of(file)["500010"].lines if line.code == "PADS")
    assert (pads.quantity, pads.amount_minor) == (14, 2)


def test_local_minutes_are_read_as_london_has_them(file: File) -> None:
    assert invoices_of(file)["500001"].at.isoformat() == "2010-06-01T08:30:00+00:00"
    assert file.seasons() == [Season(2010, 1), Season(2010, 2)]


def test_a_credit_note_gives_back_row_by_row_and_sells_nothing(file: File) -> None:
    notes = {note.invoice_no: note for note in file.credits()}
    assert [note.on.isoformat() for note in file.credits()] == sorted(
        note.on.isoformat() for note in notes.values()
    )
    [holders] = notes["C500019"].lines
    assert (holders.quantity, holders.amount_minor, holders.rows) == (5, 840 + 260, 2)
    assert [line.amount_minor for line in notes["C500023"].lines] == [1]
    assert (
        sum(file.totals().credits.values()) == sum(file.totals().credit_months.values()) == SMALL_CREDIT_MINOR
    )
    assert "C500011" not in file.totals().invoices
