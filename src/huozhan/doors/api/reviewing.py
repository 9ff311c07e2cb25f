"""Operations about what an offer's page helps to decide by: reviews, the cost at the door, facts of its supplier."""

from huozhan import insight, operations, parties, reviews
from huozhan.doors.api.operations import Operation, get, post

REVIEWS: tuple[Operation, ...] = (
    get("/offers/{offer_id}/reviews", reviews.offer_reviews, "reviews"),
    get("/reviews/{review_id}", reviews.one_review, "reviews"),
    get("/my/reviews", reviews.my_reviews, "reviews"),
    get("/my/shop-reviews", reviews.shop_reviews, "reviews"),
    get("/me/reviews", reviews.my_words, "reviews"),
    get("/orders/{order_id}/reviews", reviews.reviews_of_order, "reviews"),
    post("/orders/{order_id}/reviews", reviews.write_review, "reviews", status=201, needs_key=True),
    post("/reviews/{review_id}/follow-up", reviews.follow_up, "reviews", needs_key=True),
    post("/reviews/{review_id}/reply", reviews.reply_to_review, "reviews", needs_key=True),
    post("/reviews/{review_id}/report", reviews.report_review, "reviews", needs_key=True),
    post("/reviews/{review_id}/appeal", reviews.appeal_hiding, "reviews", needs_key=True),
    get("/market/reviews", reviews.review_doubts, "market"),
    post("/market/reviews/judge", operations.judge_review, "market", needs_key=True),
    get("/offers/{offer_id}/landed", insight.landed_cost, "goods"),
    get("/shops/{seller_id}/facts", parties.supplier_facts, "goods"),
)
