"""A ledger in plain Python, written from the rules and from no line of the product: dictionaries and nothing else."""

DEBIT_SIDE = {101, 102, 103, 104, 105, 401, 402, 403, 404, 902, 912, 922}
MAY_NOT_FALL_BELOW_HELD = {105, 201, 202, 203, 204, 205, 206, 207, 209, 211, 213, 901, 903, 911, 921, 923}

EVENTS = {
    "E1": {"paid": (101, 202), "coupon": (401, 202)},
    "E2": {"net": (102, 101), "fee": (402, 101)},
    "E2r": {"net": (101, 102), "fee": (402, 101)},
    "E3": {"paid": (201, 202)},
    "E4": {
        "seller": (202, 203),
        "commission": (202, 301),
        "vat": (202, 210),
        "freight": (202, 208),
        "distributor": (202, 215),
        "service": (202, 302),
        "service_vat": (202, 210),
    },
    "E5": {"seller": (203, 204)},
    "E5n": {"debt": (204, 105)},
    "E6a": {"available": (204, 207), "wallet": (201, 207)},
    "E6b": {"amount": (207, 102)},
    "E6c": {"available": (207, 204), "wallet": (207, 201)},
    "E7a": {"buyer": (202, 206), "coupon": (202, 401)},
    "M4a": {"amount": (912, 911)},
    "M4b": {"amount": (911, 912)},
    "M4c": {"amount": (912, 911)},
    "E7b": {
        "channel": (206, 101),
        "wallet": (206, 201),
        "bank": (206, 102),
        "funder": (206, 103),
        "lost": (206, 404),
    },
    "E8": {
        "available": (204, 206),
        "deposit": (205, 206),
        "debt": (105, 206),
        "coupon_available": (204, 401),
        "coupon_deposit": (205, 401),
        "coupon_debt": (105, 401),
        "commission": (301, 204),
        "vat": (210, 204),
    },
    "E8w": {
        "available": (204, 201),
        "deposit": (205, 201),
        "debt": (105, 201),
        "commission": (301, 204),
        "vat": (210, 204),
    },
    "E9": {"available": (204, 201), "deposit": (205, 201), "pool": (209, 201), "debt": (105, 201)},
    "E9g": {"goodwill": (204, 201)},
    "E9r": {"available": (201, 204), "deposit": (201, 205), "pool": (201, 209)},
    "E10a": {"debt": (101, 105), "deposit": (101, 205)},
    "E10b": {"deposit": (205, 204)},
    "E10c": {"penalty": (205, 305)},
    "E11a": {"paid": (101, 202)},
    "E11b": {"seller": (101, 204), "commission": (101, 301), "vat": (101, 210)},
    "E12g": {"more": (902, 901), "less": (901, 902)},
    "E12a": {"amount": (901, 903)},
    "E12b": {"amount": (903, 901)},
    "E12": {
        "seller": (101, 204),
        "interest": (101, 204),
        "commission": (101, 301),
        "vat": (101, 210),
        "excess": (101, 201),
    },
    "E13a": {"amount": (922, 921)},
    "E13v": {"amount": (921, 922)},
    "E13d": {"amount": (921, 923)},
    "E13x": {"amount": (923, 922)},
    "E13": {"captured": (103, 202)},
    "E13c": {"in": (102, 103), "out": (103, 102)},
    "E4f": {"available": (204, 208), "deposit": (205, 208), "debt": (105, 208)},
    "E4b": {"available": (208, 204)},
    "E4m": {"market": (403, 208)},
    "E4p": {"bank": (208, 102)},
    "E13r": {"funder": (101, 103), "wallet": (201, 103)},
    "E13e": {"excess": (103, 201)},
    "E22a": {"seller": (103, 204)},
    "E22r": {"funder": (203, 103)},
    "E22e": {"excess": (103, 204)},
    "E13w": {"lost": (404, 103), "wallet": (201, 103)},
    "E16m": {"market": (403, 209)},
    "E16": {"escrow": (202, 209), "available": (204, 209), "deposit": (205, 209), "debt": (105, 209)},
    "E16s": {"premium": (209, 103)},
    "E16r": {"insurer": (103, 209), "premium": (209, 202)},
    "E16c": {"insurer": (103, 209), "claim": (209, 201)},
    "E16w": {"lost": (404, 103)},
    "E14a": {"amount": (101, 213), "bank": (102, 213)},
    "E14b": {"paid": (213, 202), "excess": (213, 201)},
    "E14c": {"amount": (213, 206), "bank": (213, 102)},
    "E14d": {"amount": (206, 213)},
    "E18l": {"amount": (101, 214), "bank": (102, 214)},
    "E18s": {"amount": (214, 101), "bank": (214, 102)},
    "E18w": {"amount": (404, 214)},
}
"""What each event of the trade does, as the rules' table of entries says it: part → (debit, credit)."""

Place = tuple[int, int]
Move = tuple[Place, Place, int]


class Refused(Exception):
    """The rules do not allow it."""


class PlainLedger:
    """Balances by (code, owner), counted on each account's own side; what is held; which keys were used for what."""

    def __init__(self) -> None:
        self.balance: dict[Place, int] = {}
        self.held: dict[Place, int] = {}
        self.holds: dict[str, Move] = {}
        self.ended: set[str] = set()
        self.keys: dict[str, object] = {}

    def post(self, entries: list[tuple[str, list[Move]]]) -> None:
        """Writes entries together, each key once; refuses and changes nothing where an account is not covered."""
        self.balance |= self._after(self._fresh(entries))
        self.keys |= dict(entries)

    def would_refuse(self, entries: list[tuple[str, list[Move]]]) -> bool:
        """Whether the entries would be refused now."""
        try:
            self._after(self._fresh(entries))
        except Refused:
            return True
        return False

    def hold(self, key: str, move: Move) -> None:
        """Speaks for an amount of a credit account, once under a key."""
        if self._is_known(key, move):
            return
        debit, _, amount = move
        held = self.held.get(debit, 0) + amount
        if debit not in self.balance or self.balance[debit] < held:
            raise Refused
        self.held[debit], self.holds[key], self.keys[key] = held, move, move

    def end_hold(self, key: str, entries: list[tuple[str, list[Move]]]) -> None:
        """Frees what was held and writes what it was for, if anything."""
        if key not in self.holds or key in self.ended:
            raise Refused
        debit, _, amount = self.holds[key]
        self.held[debit] -= amount
        try:
            self.post(entries)
        except Refused:
            self.held[debit] += amount
            raise
        self.ended.add(key)

    def both_sides(self) -> tuple[int, int]:
        """The sums of both sides of the trial balance."""
        debit = sum(v for (code, _), v in self.balance.items() if code in DEBIT_SIDE)
        credit = sum(v for (code, _), v in self.balance.items() if code not in DEBIT_SIDE)
        return debit, credit

    def uncovered(self) -> list[Place]:
        """Accounts that hold less than is held on them; there never are any."""
        return [
            place
            for place, amount in self.balance.items()
            if place[0] in MAY_NOT_FALL_BELOW_HELD and amount < self.held.get(place, 0)
        ]

    def _fresh(self, entries: list[tuple[str, list[Move]]]) -> list[list[Move]]:
        return [moves for key, moves in entries if not self._is_known(key, moves)]

    def _is_known(self, key: str, content: object) -> bool:
        """Whether this was written before; another thing under the same key is refused."""
        if key in self.keys and self.keys[key] != content:
            raise Refused
        return key in self.keys

    def _after(self, fresh: list[list[Move]]) -> dict[Place, int]:
        after: dict[Place, int] = {}
        for moves in fresh:
            for debit, credit, amount in moves:
                for place, change in ((debit, amount), (credit, -amount)):
                    own = change if place[0] in DEBIT_SIDE else -change
                    after[place] = after.get(place, self.balance.get(place, 0)) + own
        for place, amount in after.items():
            if place[0] in MAY_NOT_FALL_BELOW_HELD and amount < self.held.get(place, 0):
                raise Refused
        return after
