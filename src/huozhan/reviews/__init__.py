"""Reviews 评价: what buyers say of goods that they bought. The front desk.

Asks, views and facts are reached as `reviews.asks.WriteReview`, `reviews.views.ReviewsPage`, `reviews.facts.ReviewMoved`.
"""

from huozhan.reviews import asks, facts, views
from huozhan.reviews.inviting import invite, review_window_due
from huozhan.reviews.reading import my_reviews, offer_reviews, review_picture, reviews_of_order
from huozhan.reviews.review import WINDOW_TIMER
from huozhan.reviews.writing import write_review

__all__ = [
    "WINDOW_TIMER",
    "asks",
    "facts",
    "invite",
    "my_reviews",
    "offer_reviews",
    "review_picture",
    "review_window_due",
    "reviews_of_order",
    "views",
    "write_review",
]
