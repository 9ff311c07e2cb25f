"""What happens to identical goods that others react to."""

from huozhan.kernel.facts import Fact


class SameReportDecided(Fact, frozen=True, kw_only=True):
    """An operator decided what a supplier objected to the group of one of its offers."""

    name = "search.same_report_decided"
    report_id: int
    offer_id: int
    seller_id: int
    accepted: bool

    @property
    def about_id(self) -> int:
        return self.offer_id
