"""A ledger in plain Python, written from the rules and from no line of the product: dictionaries and nothing else."""

DEBIT_SIDE = {101, 102, 401, 402}
MAY_NOT_FALL_BELOW_HELD = {201, 202, 203, 204, 206, 207, 213}

Place = tuple[int, int]
Move = tuple[Place, Place, int]


class Refused(Exception):
    """The rules do not allow it."""


class PlainLedger:
    """Balances by (code, owner), counted on each account's own side; what is held; which keys were used."""

    def __init__(self) -> None:
        self.balance: dict[Place, int] = {}
        self.held: dict[Place, int] = {}
        self.holds: dict[str, tuple[Place, Place, int]] = {}
        self.keys: set[str] = set()

    def post(self, entries: list[tuple[str, list[Move]]]) -> None:
        """Writes entries together, each key once; refuses and changes nothing where an account is not covered."""
        after = dict(self.balance)
        fresh = [(key, moves) for key, moves in entries if key not in self.keys]
        for _, moves in fresh:
            for debit, credit, amount in moves:
                after[debit] = after.get(debit, 0) + (amount if debit[0] in DEBIT_SIDE else -amount)
                after[credit] = after.get(credit, 0) + (-amount if credit[0] in DEBIT_SIDE else amount)
        self._must_cover(after, self.held)
        self.balance = after
        self.keys |= {key for key, _ in fresh}

    def hold(self, key: str, move: Move) -> None:
        """Speaks for an amount of a credit account."""
        debit, _, amount = move
        held = dict(self.held)
        held[debit] = held.get(debit, 0) + amount
        self._must_cover(self.balance, held)
        if debit not in self.balance:
            raise Refused
        self.held, self.holds[key] = held, move

    def end_hold(self, key: str, entries: list[tuple[str, list[Move]]]) -> None:
        """Frees what was held and writes what it was for, if anything."""
        debit, _, amount = self.holds.pop(key)
        self.held[debit] -= amount
        self.post(entries)

    def both_sides(self) -> tuple[int, int]:
        """The sums of both sides of the trial balance."""
        debit = sum(v for (code, _), v in self.balance.items() if code in DEBIT_SIDE)
        credit = sum(v for (code, _), v in self.balance.items() if code not in DEBIT_SIDE)
        return debit, credit

    @staticmethod
    def _must_cover(balance: dict[Place, int], held: dict[Place, int]) -> None:
        for place in set(balance) | set(held):
            if place[0] in MAY_NOT_FALL_BELOW_HELD and balance.get(place, 0) < held.get(place, 0):
                raise Refused
