"""What an order in stages must come to, told a second time in plain arithmetic; it imports nothing of the market."""

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from tests.ordering.oracle import HOUR, No, half_up, shared

DAY = 24 * HOUR
UNPAID = {"waitactivate", "waitsellerpush", "waitbuyerpay"}
ENDED = {"success", "closed", "terminated"}


@dataclass
class StageModel:
    """One stage: what it costs, where it stands, what the seller has of it and what went back."""

    share: int
    goods: int
    freight: int
    state: str = "waitactivate"
    paid: int = 0
    seller: int = 0
    back: int = 0

    @property
    def amount(self) -> int:
        """What the buyer pays with it."""
        return self.goods + self.freight


@dataclass
class StagedModel:
    """An order of one line, paid by a plan; `acts` where the seller's word frees the first stage, else the receipt does."""

    shares: list[int]
    gate: int
    acts: bool
    earnest: bool
    goods: int
    freight: int
    now: datetime
    state: str = "wait_pay"
    late: bool = False
    compensated: int = 0
    owed_once_more: int = 0
    charged: int = 0
    charged_goods: int = 0
    clawed_goods: int = 0
    stages: list[StageModel] = field(default_factory=list)
    timers: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parts = shared(self.goods, self.shares)
        self.stages = [
            StageModel(share, part, self.freight if no == self.gate else 0)
            for no, (share, part) in enumerate(zip(self.shares, parts, strict=True), 1)
        ]
        self.stages[0].state = "waitbuyerpay"
        self.timers["pay_close"] = self.now + DAY

    @property
    def first(self) -> StageModel:
        """The stage that is escrowed."""
        return self.stages[0]

    @property
    def ships(self) -> StageModel:
        """The stage that must be paid before anything ships."""
        return self.stages[self.gate - 1]

    @property
    def escrow(self) -> int:
        """What the market keeps."""
        return self.first.paid - self.first.seller - self.first.back

    @property
    def released(self) -> int:
        """What the seller has, before commission."""
        return sum(stage.seller for stage in self.stages)

    @property
    def refunded(self) -> int:
        """What went back to the buyer."""
        return sum(stage.back for stage in self.stages)

    @property
    def earned(self) -> int:
        """What the seller is left with: less commission, of which a share returns with what is given back."""
        returned = (
            half_up(Fraction(self.charged * self.clawed_goods, self.charged_goods))
            if self.charged_goods
            else 0
        )
        return self.released - self.charged + returned - self.compensated - self.owed_once_more

    def pay(self) -> None:
        """The buyer pays the stage that is due."""
        due = [stage for stage in self.stages if stage.state == "waitbuyerpay"]
        if not due or self.state in {"closed", "terminated", "wait_receive"}:
            raise No
        (stage,) = due
        stage.paid = stage.amount
        if stage is self.first:
            stage.state = (
                "waitselleract" if self.acts else "waitsellersend" if self.gate == 1 else "waitbuyerreceive"
            )
            self.state = "wait_send"
        else:
            self._to_seller(stage)
            stage.state = "waitsellersend" if stage is self.ships else "success"
        if stage.state != "waitselleract":
            self._go_on(stage)
        self._set_clock()

    def declare(self) -> None:
        """The seller says that the condition is met."""
        self._step("waitselleract", "waitbuyerconfirmaction")
        self.late = False
        self._set_clock()

    def reject(self) -> None:
        """The buyer says that it is not."""
        self._step("waitbuyerconfirmaction", "waitselleract")
        self._set_clock()

    def confirm(self) -> None:
        """The buyer says so too, or the clock."""
        self._step("waitbuyerconfirmaction", "waitsellersend" if self.gate == 1 else "success")
        self._to_seller(self.first)
        self._go_on(self.first)
        self._set_clock()

    def push(self) -> None:
        """The seller asks for the stage that follows; again, where it was asked for already."""
        waiting = [s for s in self.stages[1:] if s.state in {"waitsellerpush", "waitbuyerpay"}]
        if self.state != "wait_send" or not waiting:
            raise No
        waiting[0].state = "waitbuyerpay"
        self.late = False
        self._set_clock()

    def ship(self) -> None:
        """All goods leave."""
        if self.state != "wait_send" or self.ships.state != "waitsellersend":
            raise No
        self.ships.state, self.state = "waitbuyerreceive", "wait_receive"
        self.timers = {"auto_confirm": self.now + 720 * HOUR}

    def receive(self) -> None:
        """All goods arrive."""
        if self.state != "wait_receive":
            raise No
        for stage in self.stages:
            if stage.state == "waitbuyerreceive":
                if stage.paid > stage.seller:
                    self._to_seller(stage)
                stage.state = "success"
        self.state, self.timers = "success", {}
        self._go_on(self.ships)

    def stop(self) -> None:
        """The buyer goes; free where the seller is late."""
        if self.state != "wait_send" or (not self.late and any(s.paid for s in self.stages[1:])):
            raise No
        self._end(by_seller=self.late)

    def give_up(self) -> None:
        """The seller goes."""
        if self.state != "wait_send":
            raise No
        self._end(by_seller=True)

    def amend(self, goods: int) -> None:
        """The seller asks for less."""
        unpaid = [stage for stage in self.stages if stage.state in UNPAID]
        rest = goods - sum(stage.goods for stage in self.stages if stage.state not in UNPAID)
        if self.state not in {"wait_pay", "wait_send"} or not unpaid or rest < 0 or goods == self.goods:
            raise No
        parts = shared(rest, [stage.share for stage in unpaid])
        if any(part + stage.freight == 0 for part, stage in zip(parts, unpaid, strict=True)):
            raise No
        for part, stage in zip(parts, unpaid, strict=True):
            stage.goods = part
        self.goods = goods
        if self.state == "wait_pay":
            self.timers["pay_close"] = self.now + 5 * DAY
        if "stage_pay" in self.timers:
            self.timers["stage_pay"] = self.now + 7 * DAY

    def wait(self, hours: int) -> None:
        """Time passes; what is due happens, the earliest first, at the moment at which it is noticed."""
        self.now += hours * HOUR
        while due := sorted((at, kind) for kind, at in self.timers.items() if at <= self.now):
            kind = due[0][1]
            del self.timers[kind]
            if kind == "pay_close":
                self._drop_unpaid()
                self.state, self.timers = "closed", {}
            elif kind == "stage_confirm":
                self.confirm()
            elif kind == "stage_pay":
                self._end(by_seller=False)
            elif kind == "auto_refund":
                self._end(by_seller=True)
            elif kind == "auto_confirm":
                self.receive()
            else:
                self._break_promise()

    def _break_promise(self) -> None:
        if self.late:
            return
        self.late = True
        goods = sum(stage.goods for stage in self.stages if stage.paid)
        if not self.compensated and goods:
            self.compensated = min(max(half_up(Fraction(goods, 20)), 500), 10_000)
        self.timers["auto_refund"] = self.now + 15 * DAY

    def _step(self, start: str, to: str) -> None:
        if self.state != "wait_send" or self.first.state != start:
            raise No
        self.first.state = to

    def _to_seller(self, stage: StageModel) -> None:
        before = self._commission(self.stages.index(stage))
        stage.seller = stage.amount
        self.charged += self._commission(self.stages.index(stage) + 1) - before
        self.charged_goods += stage.goods

    def _commission(self, stages: int) -> int:
        """Two per cent of the goods of so many stages, rounded once."""
        return half_up(Fraction(sum(stage.goods for stage in self.stages[:stages]), 50))

    def _go_on(self, done: StageModel) -> None:
        at = self.stages.index(done) + 1
        if self.state == "success":
            tails = [stage for stage in self.stages[self.gate :] if stage.state == "waitactivate"]
            if tails:
                tails[0].state = "waitbuyerpay"
        elif at < self.gate:
            self.stages[at].state = "waitsellerpush"

    def _set_clock(self) -> None:
        if self.state != "wait_send":
            return
        waiting = [s.state for s in self.stages if s.state not in {"waitactivate", "success"}]
        hand = next((state for state in waiting if state != "waitbuyerreceive"), "waitbuyerreceive")
        span = {
            "waitselleract": ("ship_promise", 15 * DAY),
            "waitsellerpush": ("ship_promise", 15 * DAY),
            "waitsellersend": ("ship_promise", 48 * HOUR),
            "waitbuyerpay": ("stage_pay", 7 * DAY),
            "waitbuyerconfirmaction": ("stage_confirm", 7 * DAY),
        }[hand]
        self.timers = {span[0]: self.now + span[1]}

    def _drop_unpaid(self) -> None:
        for stage in self.stages:
            if stage.state in UNPAID:
                stage.state = "cancel" if stage.state == "waitbuyerpay" else "inactiveandcancel"

    def _end(self, *, by_seller: bool) -> None:
        """A buyer leaves the lower of the deposit and a fifth of the contract; a seller leaves nothing."""
        cap = min(self.first.paid, half_up(Fraction(self.goods + self.freight, 5)))
        may_keep = 0 if by_seller else cap
        if by_seller and self.earnest:
            self.owed_once_more = cap
        too_much = max(0, self.released - may_keep)
        escrow = self.escrow
        kept = min(max(0, may_keep - self.released), escrow)
        for stage in reversed(self.stages):
            part = min(too_much, stage.seller)
            stage.seller, stage.back, too_much = stage.seller - part, stage.back + part, too_much - part
            self.clawed_goods += min(part, stage.goods)
        self.first.seller, self.first.back = self.first.seller + kept, self.first.back + escrow - kept
        self._drop_unpaid()
        for stage in self.stages:
            if stage.paid and (stage.back or stage.state != "success"):
                stage.state = "settlebill" if stage.seller else "cancel"
        self.state, self.timers = "terminated", {}
