"""What happens to reviews, told to others after commit; never what was said."""

from huozhan.kernel.facts import Fact


class ReviewMoved(Fact, frozen=True, kw_only=True):
    """A review was written, hidden or shown again, or counts otherwise than before."""

    name = "reviews.review_moved"
    order_id: int
    line_no: int
    offer_id: int
    buyer_id: int
    seller_id: int
    event: str

    @property
    def about_id(self) -> int:
        return self.order_id
