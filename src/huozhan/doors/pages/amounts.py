"""Money and counts as people type them, read without a float."""

from decimal import Decimal, DecimalException

from huozhan.kernel.money import AMOUNT_MINOR_MAX, MINOR_PER_MAJOR, PRICE_E4_MAX, PRICE_SCALE
from huozhan.kernel.refusals import Refusal, Sort

_NUMBER_MAX = 10**15


class NotAnAmount(Refusal):
    """What was typed is not an amount of money with at most so many decimals."""

    code = "desk.not_an_amount"
    sort = Sort.invalid


class NotANumber(Refusal):
    """What was typed is not a whole number."""

    code = "desk.not_a_number"
    sort = Sort.invalid


def minor(text: str, field: str) -> int | None:
    """An amount in minor units; nothing typed is None."""
    return _scaled(text, field, MINOR_PER_MAJOR, AMOUNT_MINOR_MAX)


def e4(text: str, field: str) -> int | None:
    """A unit price in 1/10 000; nothing typed is None."""
    return _scaled(text, field, PRICE_SCALE, PRICE_E4_MAX)


def scaled(text: str, field: str, scale: int) -> int | None:
    """A measure such as 1.25 kg in 1/`scale` of its unit; nothing typed is None."""
    return _scaled(text, field, scale, _NUMBER_MAX)


def whole(text: str, field: str) -> int | None:
    """A whole number; nothing typed is None."""
    plain = _plain(text)
    if not plain:
        return None
    if not plain.removeprefix("-").isdecimal() or len(plain) > 16:
        raise NotANumber(field=field, typed=text[:40])
    return int(plain)


def _scaled(text: str, field: str, scale: int, most: int) -> int | None:
    plain = _plain(text).lstrip("¥£$€￥")
    if not plain:
        return None
    try:
        amount = Decimal(plain) * scale
    except DecimalException as error:
        raise NotAnAmount(field=field, typed=text[:40]) from error
    if not amount.is_finite() or amount != amount.to_integral_value() or not 0 <= amount <= most:
        raise NotAnAmount(field=field, typed=text[:40])
    return int(amount)


def _plain(text: str) -> str:
    return text.replace(",", "").replace("，", "").replace(" ", "").strip()
