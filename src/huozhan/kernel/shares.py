"""Shares of a whole, when the whole is small: what can be said of them."""

import math

_Z_E2 = 196
_FINE = 10**9


def lower_bound_bp(kept: int, due: int) -> int:
    """Wilson's lower bound of a share, in 1/10 000, rounded down; z is 1.96, so about 95 of 100 are at least as good."""
    z2_e4 = _Z_E2 * _Z_E2
    root = math.isqrt((z2_e4 * due + 40_000 * kept * (due - kept)) * _FINE * _FINE // (10_000 * due))
    above = (20_000 * kept + z2_e4) * _FINE - 100 * _Z_E2 * root
    return 10_000 * above // (_FINE * (20_000 * due + 2 * z2_e4))
