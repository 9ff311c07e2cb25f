"""Integer money: minor units (fen, pence) for amounts, 1/10 000 of the major unit for unit prices.

Rounding is half-up everywhere (domain rule B5.4), never banker's.
"""

from collections.abc import Sequence

PRICE_SCALE = 10_000
MINOR_PER_MAJOR = 100
E4_PER_MINOR = PRICE_SCALE // MINOR_PER_MAJOR
AMOUNT_MINOR_MAX = 10**15
PRICE_E4_MAX = 10**12
BASIS_POINTS = 10_000


def divide_half_up(numerator: int, denominator: int) -> int:
    """The quotient of two integers rounded half away from zero."""
    assert denominator > 0
    if numerator < 0:
        return -divide_half_up(-numerator, denominator)
    return (2 * numerator + denominator) // (2 * denominator)


def line_amount_minor(price_e4: int, quantity: int, quantity_factor: int = 1) -> int:
    """A line's amount: unit price times quantity, rounded once.

    `quantity` counts 1/`quantity_factor` of the sale unit (1 for pieces).
    """
    return divide_half_up(price_e4 * quantity, E4_PER_MINOR * quantity_factor)


def share_bp(amount_minor: int, rate_bp: int) -> int:
    """A rate in basis points of an amount, rounded half-up."""
    return divide_half_up(amount_minor * rate_bp, BASIS_POINTS)


def net_of_vat(gross_minor: int, vat_bp: int) -> tuple[int, int]:
    """Splits a gross amount into (net, tax) so that both always add up to it."""
    net = divide_half_up(gross_minor * BASIS_POINTS, BASIS_POINTS + vat_bp)
    return net, gross_minor - net


def split(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Parts of a total in proportion to weights: largest remainder, ties by position.

    All-zero weights count as equal ones. No part is more than one minor unit from exact.
    """
    assert weights
    assert total_minor >= 0
    assert all(weight >= 0 for weight in weights)
    whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    parts = [total_minor * weight // whole for weight in weights]
    remainders = [total_minor * weight % whole for weight in weights]
    left = total_minor - sum(parts)
    for position in sorted(range(len(weights)), key=lambda i: (-remainders[i], i))[:left]:
        parts[position] += 1
    return parts


def price_written(price_e4: int) -> str:
    """A unit price as plain text: two digits after the point, more where it has them."""
    whole, part = divmod(price_e4, PRICE_SCALE)
    return f"{whole}.{f'{part:04d}'.rstrip('0').ljust(2, '0')}"


def written(amount_minor: int) -> str:
    """An amount in major units as a text, for sentences: 123450 is "1,234.50"."""
    return f"{amount_minor // MINOR_PER_MAJOR:,}.{amount_minor % MINOR_PER_MAJOR:02d}"
