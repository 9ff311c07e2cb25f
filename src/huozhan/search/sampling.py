"""A stated share of the offers, chosen by their ids alone: what is counted of very many is counted in it, and said to be so.

Every build is sorted by a number shuffled out of the id, so that a share is the beginning of it: going through a sixteenth
costs a sixteenth. A sample has nothing to do with words, prices or sellers, so shares of it are shares of the whole.
"""

SAMPLE = "sample"
"""The field that holds, for each offer, the shares it belongs to."""
SHARES = (4, 16, 64, 256)
"""One of so many offers."""
COUNTED_MAX = 20_000
"""So many offers are counted one by one."""
SAMPLED_MIN = 5_000
"""A sample holds at least so many: a value that a tenth of them has is then told with a standard error of 4 percent."""
_SHUFFLE = 0x9E3779B97F4A7C15


def shuffled(some_id: int) -> int:
    """A number from 0 below 2^32, as if drawn for this offer or shop, always the same."""
    return (some_id * _SHUFFLE % 2**64) >> 32


def shares_of(number: int) -> list[str]:
    """The shares that an offer of this number belongs to."""
    return [str(share) for share in SHARES if number < 2**32 // share]


def share_for(offers: int, *, least: int = SAMPLED_MIN) -> int:
    """One of how many offers is enough to look at where there are so many; 1 for all of them."""
    return max((share for share in SHARES if offers // share >= least), default=1)
