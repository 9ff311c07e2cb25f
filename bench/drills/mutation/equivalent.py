"""Mistakes that change nothing that can be seen: each by its key, with the reason. None of them counts in a score."""

from collections.abc import Mapping

EQUIVALENT: Mapping[str, str] = {
    "ledger.entry Entry.changes: posting.amount_minor * (1 if account.kind.side is side el... with FloorDiv": "one and minus one divide as they multiply",
    "ledger.posting post: if not work.rule('ledger.plain_writes').value": "both ways write the same, which the ledger's machine proves",
    "disruption.suspension _prefix: len(code) > 2 with GtE": "no code of two letters is 00",
    "disruption.suspension _prefix: 2 is 3": "no code has three letters",
    "credit.bill Bill.accrued: days <= 0 with Lt": "no day costs nothing, and counting goes on from the same day",
    "disruption.clock due_at: edge > start with GtE": "no time runs until the start itself",
    "disruption.clock due_at: left <= moment - at with Lt": "a stop that ends then would have held the clock before",
    "promotion.cutting nudges: 0 is 1": "a shop that is told of has a full reduction",
    "promotion.cutting nudges: step.from_minor > till.worth_of(one) with GtE": "a step that is just reached takes off no more than the best one reached",
    "catalogue.pricing _amounts: 0 is 1": "every place is written",
    "catalogue.pricing _Basket._on_ladder: self.of_offer[goods.offer_id] + more with Sub": "it decides the basis, which is read of no more pieces than there are",
    "catalogue.pricing _Basket._next_step: one > 0 with GtE": "at a step that is reached nothing falls",
    "catalogue.freight _tariff: 0 is 1": "no prefix of a region is one letter long",
    "catalogue.freight _tariff: 0 is 1 #2": "no prefix of a region is one letter long",
    "catalogue.freight prefix_of: 6 is 7": "no code has seven letters",
    "catalogue.freight prefix_of: len(code) > 2 with GtE": "no code of two letters is 00",
    "catalogue.freight prefix_of: 2 is 3": "no code has three letters",
}
