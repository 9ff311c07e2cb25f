"""What happened to prices between a shop and a buyer, told to others after commit."""

from huozhan.kernel.facts import Fact


class PriceFact(Fact, frozen=True, kw_only=True):
    """Every fact about prices says between whom; `book_id` is 0 where it is about a level."""

    seller_id: int
    buyer_id: int
    book_id: int = 0

    @property
    def about_id(self) -> int:
        """The book, or the shop whose member somebody is."""
        return self.book_id or self.seller_id


class LevelAssigned(PriceFact, frozen=True, kw_only=True):
    """A buyer has another level in a shop; none where it is empty."""

    name = "pricebook.level_assigned"
    level: str


class LevelPriced(PriceFact, frozen=True, kw_only=True):
    """A shop says anew what the members of a level pay; whoever they are (`buyer_id` is 0)."""

    name = "pricebook.level_priced"
    level: str


class PriceGiven(PriceFact, frozen=True, kw_only=True):
    """A seller gave a buyer a price for an offer, or took it back."""

    name = "pricebook.price_given"
    is_given: bool


class ContractOffered(PriceFact, frozen=True, kw_only=True):
    """A seller offers a contract list; the buyer has to say yes."""

    name = "pricebook.contract_offered"


class ContractAnswered(PriceFact, frozen=True, kw_only=True):
    """The buyer said yes or no to a contract list."""

    name = "pricebook.contract_answered"
    is_accepted: bool


class ContractEnded(PriceFact, frozen=True, kw_only=True):
    """The buyer ended a contract list before its time."""

    name = "pricebook.contract_ended"
