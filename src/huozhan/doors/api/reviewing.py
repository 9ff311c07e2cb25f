"""Operations about reviews of goods; a part of the API's table."""

from huozhan import reviews
from huozhan.doors.api.operations import Operation, get, post

REVIEWS: tuple[Operation, ...] = (
    get("/offers/{offer_id}/reviews", reviews.offer_reviews, "reviews"),
    get("/my/reviews", reviews.my_reviews, "reviews"),
    get("/orders/{order_id}/reviews", reviews.reviews_of_order, "reviews"),
    post("/orders/{order_id}/reviews", reviews.write_review, "reviews", status=201, needs_key=True),
)
