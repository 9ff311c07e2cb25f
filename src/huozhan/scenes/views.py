"""What scenes shows: figures with the number they are of, and scores."""

from datetime import date, datetime

from huozhan.kernel.shapes import Bilingual, View


class RateFace(View, frozen=True, kw_only=True):
    """How many of what was due there were; the rate in 1/10 000, none where too few were due to tell.

    Where not many were due it is the careful end of what they tell (`is_bound`), or, of what should not happen, drawn to what
    peers reach (`is_drawn`).
    """

    hit: int = 0
    due: int = 0
    rate_bp: int | None = None
    is_bound: bool = False
    is_drawn: bool = False


class TimeFace(View, frozen=True, kw_only=True):
    """How long something takes at the mean, in minutes, and of how many; none where they are too few."""

    minutes: int | None = None
    due: int = 0


class Basis(View, frozen=True, kw_only=True):
    """Over how many days figures are counted, and of how many at least they are told: below `plain` with their careful end."""

    days: int
    least: int
    plain: int


class Bands(View, frozen=True, kw_only=True):
    """The bands that buyers filter by; '' where not measured."""

    composite: str = ""
    """`5`, `4.5` (up to 5), `4` (up to 4.5) or `below`."""
    pickup_48: str = ""
    """`99`, `95` (per cent at least) or `below`."""
    pickup_24: str = ""


class CardFace(View, frozen=True, kw_only=True):
    """What the card of an offer says of its supplier's service."""

    composite_e2: int | None = None
    pickup_48: RateFace = RateFace()


class ServiceFace(View, frozen=True, kw_only=True):
    """How a supplier serves, counted up to a day. Scores are hundredths of a point, 0 to 500; None where not measured."""

    seller_id: str
    until_on: date | None = None
    basis: Basis
    bands: Bands = Bands()
    standing: str = "good"
    """`good`, `warned`, `below` the base floor of service, or `suspended` (domain rules B3.3)."""
    is_selected: bool = False
    """Whether it passes what 严选 asks of a supplier's scores (domain rules B3.3)."""
    composite_e2: int | None = None
    consultation_e2: int | None = None
    logistics_e2: int | None = None
    after_sale_e2: int | None = None
    quality_e2: int | None = None
    dispute_e2: int | None = None
    pickup_48: RateFace = RateFace()
    pickup_24: RateFace = RateFace()
    fulfilment: RateFace = RateFace()
    signed_72: RateFace = RateFace()
    quality_refund: RateFace = RateFace()
    bad_review: RateFace = RateFace()
    """Reviews of few points among all that count."""
    refund_time: TimeFace = TimeFace()
    dispute: RateFace = RateFace()
    intervention: RateFace = RateFace()
    delivery_refund: RateFace = RateFace()
    repurchase: RateFace = RateFace()
    quick_answer: RateFace = RateFace()
    answer_24: RateFace = RateFace()


class IndicatorView(View, frozen=True, kw_only=True):
    """One indicator of one's own, beside what peers reach. Rates are 1/10 000, times minutes; None where there is none."""

    measure: str
    rate: RateFace | None = None
    time: TimeFace | None = None
    points_e2: int | None = None
    weight_bp: int = 0
    """What it weighs in the composite where everything is measured; 0 where it is only shown."""
    peers: int | None = None
    """What peers reach at the mean."""
    excellent: int | None = None
    floor: int | None = None
    is_below: bool = False
    less_is_better: bool = False


class TrendPoint(View, frozen=True, kw_only=True):
    """The composite up to a day."""

    until_on: date
    composite_e2: int | None


class MyService(View, frozen=True, kw_only=True):
    """One's own service: what buyers see, each indicator, what to do first (the measures with most to win), and how it went."""

    face: ServiceFace
    indicators: list[IndicatorView]
    first: list[str]
    trend: list[TrendPoint]
    below_since: date | None = None


class AppealView(View, frozen=True, kw_only=True):
    """An appeal, as its supplier sees it."""

    appeal_id: str
    order_id: str
    number: str
    measure: str
    counted_on: date
    state: str
    reason: str
    filed_at: datetime
    answer: str


class AppealToDecide(View, frozen=True, kw_only=True):
    """An appeal that waits, with whose it is."""

    appeal: AppealView
    seller_id: str
    seller: Bilingual


class MarkView(View, frozen=True, kw_only=True):
    """One order that made a figure: whether it was due, whether it hit, how long it took, and what became of an appeal."""

    order_id: str
    number: str
    case_id: str | None
    counted_on: date
    is_due: bool
    is_hit: bool
    minutes: int
    appeal: AppealView | None
    can_appeal: bool
