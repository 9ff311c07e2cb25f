"""Amounts as payment channels write them: major units as decimal text."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from huozhan.kernel.money import AMOUNT_MINOR_MAX, MINOR_PER_MAJOR


def yuan_of(amount_minor: int) -> str:
    """12345 → "123.45"."""
    return f"{amount_minor // MINOR_PER_MAJOR}.{amount_minor % MINOR_PER_MAJOR:02}"


def minor_of(text: str) -> int:
    """ "123.45" → 12345; fees come with more decimals and are rounded half up. Raises ValueError for anything else."""
    try:
        minor = Decimal(text.strip()) * MINOR_PER_MAJOR
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not minor.is_finite() or abs(minor) > AMOUNT_MINOR_MAX:
        raise ValueError(text)
    return int(minor.quantize(Decimal(1), ROUND_HALF_UP))
