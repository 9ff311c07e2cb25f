"""Reviews 评价: what buyers say of goods that they bought. The front desk.

Asks, views and facts are reached as `reviews.asks.WriteReview`, `reviews.views.ReviewsPage`, `reviews.facts.ReviewMoved`.
"""

from huozhan.reviews import asks, facts, views
from huozhan.reviews.answering import follow_up, reply_to_review
from huozhan.reviews.following import forget_author, my_words, note_given_back, tell_of_reviews
from huozhan.reviews.inviting import invite, review_window_due
from huozhan.reviews.judging import (
    appeal_hiding,
    doubts_waiting,
    judge_doubt,
    report_review,
    review_doubts,
)
from huozhan.reviews.opinions import opinions_to_judge
from huozhan.reviews.reading import (
    my_reviews,
    offer_reviews,
    one_review,
    review_picture,
    reviews_of_order,
    shop_reviews,
)
from huozhan.reviews.review import WINDOW_TIMER
from huozhan.reviews.verifying import verify
from huozhan.reviews.writing import write_review

__all__ = [
    "WINDOW_TIMER",
    "appeal_hiding",
    "asks",
    "doubts_waiting",
    "facts",
    "follow_up",
    "forget_author",
    "invite",
    "judge_doubt",
    "my_reviews",
    "my_words",
    "note_given_back",
    "offer_reviews",
    "one_review",
    "opinions_to_judge",
    "reply_to_review",
    "report_review",
    "review_doubts",
    "review_picture",
    "review_window_due",
    "reviews_of_order",
    "shop_reviews",
    "tell_of_reviews",
    "verify",
    "views",
    "write_review",
]
