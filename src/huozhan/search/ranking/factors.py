"""What ranking knows of an offer beside its words, as B3.3 weighs it. Pure.

score = relevance × (weighted sum of four factors) × penalty. The engine multiplies relevance by log2(2 + weight), so the
weight that the index holds is 2 to the power of what is to be multiplied. How whole a listing is has no place in B3.3: a bare
one loses by its conversion, and a bonus that the formula does not name could not be explained to whom it was not given.
"""

import msgspec

ONE = 1_000
"""A factor of one."""
NONE_YET = 500
"""The conversion of an offer that does as its category does."""
PERCENT = 100
VALUE_ONE = 1_000_000
POWER = 40
"""A value of one multiplies relevance by so much; below one in so much nothing can be told apart, and nothing is."""
VERSION_MAX = 1_023
_BITS = (10, 10, 10, 10, 7, 1, 10)


class Factors(msgspec.Struct, frozen=True, kw_only=True):
    """The factors of one offer in thousandths, the penalty in hundredths, and the ranking by which they were made.

    Conversion is half where buyers take it as readily as others of its category, two thirds at twice that.
    """

    conversion: int = NONE_YET
    service: int = 600
    repurchase: int = 0
    freshness: int = 0
    penalty: int = PERCENT
    is_new: bool = False
    ranking: int = 0

    def packed(self) -> int:
        """All of it as one number, as index and log hold it."""
        number = 0
        for bits, part in zip(_BITS, msgspec.structs.astuple(self), strict=True):
            number = number << bits | min(int(part), 2**bits - 1)
        return number

    @staticmethod
    def of(number: int) -> "Factors":
        """What was packed."""
        parts = []
        for bits in reversed(_BITS):
            parts.append(number & (1 << bits) - 1)
            number >>= bits
        conversion, service, repurchase, freshness, penalty, is_new, ranking = reversed(parts)
        return Factors(
            conversion=conversion, service=service, repurchase=repurchase, freshness=freshness, penalty=penalty,
            is_new=bool(is_new), ranking=ranking,
        )  # fmt: skip


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """What each factor counts, in any unit: only their proportion does."""

    conversion: int = 5_500
    service: int = 2_500
    repurchase: int = 1_000
    freshness: int = 1_000

    def value_e6(self, factors: Factors) -> int:
        """The weighted sum times the penalty, in millionths."""
        total = self.conversion + self.service + self.repurchase + self.freshness
        if not total:
            return VALUE_ONE * factors.penalty // PERCENT
        weighed = (
            self.conversion * factors.conversion
            + self.service * factors.service
            + self.repurchase * factors.repurchase
            + self.freshness * factors.freshness
        )
        return weighed * ONE * factors.penalty // (total * PERCENT)


def weight_of(value_e6: int) -> int:
    """The number whose log2(2 + it) is the value times `POWER`; 0 where that would be below one."""
    power: float = 2.0 ** (POWER * value_e6 / VALUE_ONE)
    return max(round(power) - 2, 0)


def multiplier_e6(value_e6: int) -> int:
    """By how much relevance is multiplied for a value, in millionths of `POWER`: what `weight_of` can express."""
    return max(value_e6, VALUE_ONE // POWER)


def shrunk_e6(hit: int, of: int, mean_e6: int, k: int) -> int:
    """A rate of few, drawn towards a mean as if `k` more had done as the mean does (B3.1), in millionths."""
    if not of + k:
        return mean_e6
    return (min(hit, of) * VALUE_ONE + k * mean_e6) // (of + k)


def against(rate_e6: int, mean_e6: int) -> int:
    """A rate beside the mean: half at the mean, towards one above it, in thousandths."""
    if not mean_e6:
        return NONE_YET
    return rate_e6 * ONE // (rate_e6 + mean_e6)


def freshness(age_seconds: int, half_life_seconds: int) -> int:
    """One on the first day, half after each half-life, in thousandths."""
    if not half_life_seconds:
        return 0
    share: float = 2.0 ** (-max(age_seconds, 0) / half_life_seconds)
    return round(ONE * share)
