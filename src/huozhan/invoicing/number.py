"""The number of an electronic invoice 数电票: 2 digits year, 2 region, 1 issuing channel, 15 serial (B6). Pure."""

from datetime import date

from huozhan.kernel.refusals import Refusal

DIGITS = 20
_REGIONS = frozenset(
    {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54,
     61, 62, 63, 64, 65}
)  # fmt: skip
_FIRST_YEAR = 21
"""Electronic invoices of this form began in 2021."""


class NumberWrong(Refusal):
    """This is no number of an electronic invoice: 20 digits that begin with a year and a region."""

    code = "invoicing.number_wrong"


class NumberTaken(Refusal):
    """Another invoice here has this number."""

    code = "invoicing.number_taken"


def read_number(text: str, today: date) -> str:
    """The number in its one written form; refuses what no tax office can have given out by today."""
    number = "".join(text.split())
    if not (len(number) == DIGITS and number.isascii() and number.isdigit()):
        raise NumberWrong(number=text)
    year, region = int(number[:2]), int(number[2:4])
    if not _FIRST_YEAR <= year <= today.year % 100 or region not in _REGIONS:
        raise NumberWrong(number=text)
    return number
