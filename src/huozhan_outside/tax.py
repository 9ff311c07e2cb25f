"""The tax party: issues electronic invoices 数电票 and red letters, makes void, knows what stands under a number, gives files."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from huozhan_outside.asking import (
    AmountMinor,
    Answer,
    Ask,
    Asked,
    Currency,
    NamedAsk,
    Refused,
    Route,
    Url,
    json_answer,
)
from huozhan_outside.callbacks import Event
from huozhan_outside.clock import CHINA, maybe_text
from huozhan_outside.faults import Faults
from huozhan_outside.party import Keys, Party, World
from huozhan_outside.tax_paper import FORMATS, Paper, make_file

SCHEMA = """
CREATE TABLE IF NOT EXISTS request (
    ref TEXT PRIMARY KEY,
    what TEXT NOT NULL,
    asked BLOB NOT NULL,
    notify_path TEXT NOT NULL,
    state TEXT NOT NULL,
    number TEXT NOT NULL DEFAULT '',
    ended_at_ms INTEGER,
    reason TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS invoice (
    serial INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    of_number TEXT NOT NULL,
    paper BLOB NOT NULL,
    seller_taxpayer_id TEXT NOT NULL,
    buyer_name TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    tax_minor INTEGER NOT NULL,
    red_minor INTEGER NOT NULL DEFAULT 0 CHECK (red_minor BETWEEN 0 AND amount_minor),
    is_void INTEGER NOT NULL DEFAULT 0,
    at_ms INTEGER NOT NULL
);
"""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=300)]
TaxMinor = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
TaxpayerId = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{15,20}\Z")]
Number = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{20}\Z")]
RateBp = Literal[1300, 900, 600, 300, 100, 0]
MOST_LINES = 200


class Seller(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who issues."""

    name: Name
    taxpayer_id: TaxpayerId


class Buyer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whom an invoice is made out to."""

    name: Name
    taxpayer_id: Annotated[str, msgspec.Meta(max_length=20)] = ""
    address: Text = ""
    phone: Text = ""
    bank: Text = ""
    account: Text = ""


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was sold: the amount with tax, and the tax inside."""

    name: Text
    unit: Text
    quantity: int
    amount_minor: AmountMinor
    rate_bp: RateBp
    tax_minor: TaxMinor


Lines = Annotated[tuple[Line, ...], msgspec.Meta(min_length=1, max_length=MOST_LINES)]


class AskIssue(NamedAsk, frozen=True, kw_only=True):
    """A seller has an invoice issued."""

    kind: Literal["ordinary", "special"]
    currency: Currency
    seller: Seller
    buyer: Buyer
    lines: Lines
    amount_minor: AmountMinor
    tax_minor: TaxMinor
    note: Text = ""
    notify_url: Url


class AskRed(NamedAsk, frozen=True, kw_only=True):
    """A seller takes an invoice back, whole or in part."""

    number: Number
    lines: Lines
    amount_minor: AmountMinor
    tax_minor: TaxMinor
    note: Text = ""
    notify_url: Url


class AskVoid(NamedAsk, frozen=True, kw_only=True):
    """A seller makes an invoice void."""

    number: Number
    note: Text = ""
    notify_url: Url


class IssueElsewhere(NamedAsk, frozen=True, kw_only=True):
    """Plays a seller who issues an invoice by another way than the market."""

    seller: Seller
    buyer: Buyer
    lines: Lines
    amount_minor: AmountMinor
    tax_minor: TaxMinor
    currency: Currency


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """A request as the market sees it: `state` is processing, done or refused."""

    ref: str
    state: str
    number: str
    amount_minor: int
    tax_minor: int
    currency: str
    reason: str | None
    ended_at: str | None


class _Kept(msgspec.Struct, frozen=True):
    ref: str
    what: str
    asked: bytes
    notify_path: str
    state: str
    number: str
    ended_at_ms: int | None
    reason: str | None

    @property
    def order(self) -> Any:
        return _ASKS[self.what].decode(self.asked)


_ASKS: dict[str, msgspec.json.Decoder[Any]] = {
    "issue": msgspec.json.Decoder(AskIssue),
    "elsewhere": msgspec.json.Decoder(IssueElsewhere),
    "red": msgspec.json.Decoder(AskRed),
    "void": msgspec.json.Decoder(AskVoid),
}
_PAPER = msgspec.json.Decoder(Paper)


class TaxParty(Party):
    """The tax bureau's platform, or whoever connects to it."""

    name = "tax"
    schema = SCHEMA

    def __init__(self, world: World, keys: Keys, faults: Faults, delay_ms: int) -> None:
        super().__init__(world, keys, faults)
        self.delay_ms = delay_ms

    def routes(self) -> list[Route]:
        """The tax party's endpoints."""
        return [
            Route("POST", "/tax/invoices", self.issue, AskIssue, fate="invoices"),
            Route("POST", "/tax/reds", self.redden, AskRed, fate="reds"),
            Route("POST", "/tax/voids", self.make_void, AskVoid, fate="voids"),
            Route("POST", "/tax/elsewhere", self.issue_elsewhere, IssueElsewhere),
            Route("GET", "/tax/requests/{}", self.show_request),
            Route("GET", "/tax/invoices/{}", self.show_invoice),
            Route("GET", "/tax/files/{}", self.show_file),
        ]

    def issue(self, asked: Asked) -> Answer:
        """Take an invoice to issue; the same request twice is one invoice."""
        order: AskIssue = asked.ask
        _must_add_up(order.lines, order.amount_minor, order.tax_minor)
        if order.kind == "special" and not all(msgspec.structs.astuple(order.buyer)):
            raise Refused(422, "buyer_incomplete", "a special invoice needs all of its buyer's details")
        return self._take("issue", order, order.notify_url)

    def redden(self, asked: Asked) -> Answer:
        """Take a red letter to issue."""
        order: AskRed = asked.ask
        _must_add_up(order.lines, order.amount_minor, order.tax_minor)
        return self._take("red", order, order.notify_url)

    def make_void(self, asked: Asked) -> Answer:
        """Take an invoice to be made void."""
        order: AskVoid = asked.ask
        return self._take("void", order, order.notify_url)

    def issue_elsewhere(self, asked: Asked) -> Answer:
        """Issue at once, as if by another way; nobody is called back."""
        order: IssueElsewhere = asked.ask
        _must_add_up(order.lines, order.amount_minor, order.tax_minor)
        kept = self._request(order.ref)
        if kept is None:
            with self.store.writing():
                self._keep("elsewhere", order, "")
                self._end(order.ref, self._blue(order.ref, order.seller, order.buyer, order), None)
            kept = self._kept(order.ref)
        elif kept.asked != order.fingerprint():
            raise Refused(409, "other_body", f"{order.ref} was asked with another body")
        return json_answer(_outcome(kept))

    def show_request(self, asked: Asked) -> Answer:
        """Tell how a request stands."""
        kept = self._request(asked.names[0])
        if kept is None:
            raise Refused(404, "not_found")
        return json_answer(_outcome(kept))

    def show_invoice(self, asked: Asked) -> Answer:
        """Tell what stands under a number; what is void stands no more."""
        row = self._invoice(asked.names[0])
        if row is None or row["is_void"]:
            raise Refused(404, "not_found")
        return json_answer(
            {
                name: row[name]
                for name in ("number", "seller_taxpayer_id", "buyer_name", "amount_minor", "tax_minor")
            }
        )

    def show_file(self, asked: Asked) -> Answer:
        """The file of an invoice or red letter: pdf, ofd or xml."""
        row = self._invoice(asked.names[0])
        wanted = asked.query.get("format", "")
        if row is None:
            raise Refused(404, "not_found")
        if wanted not in FORMATS:
            raise Refused(422, "invalid", "format is one of " + ", ".join(FORMATS))
        return Answer(200, FORMATS[wanted], make_file(_PAPER.decode(row["paper"]), wanted))

    def perform(self, reference: str) -> None:
        """End a request."""
        kept = self._kept(reference)
        assert kept.state == "processing"
        act = {"issue": self._issue, "red": self._redden, "void": self._void}[kept.what]
        number, reason = act(kept)
        self._end(reference, number, reason)
        ended = self._kept(reference)
        self.tell(
            Event(
                type=f"{kept.what}.{ended.state}",
                data=_outcome(ended),
                reference=reference,
                subject=reference,
                notify_path=ended.notify_path,
                reference_field="ref",
                forged_as={"state": "refused" if reason is None else "done"},
                amount_field="amount_minor",
                currency_field="currency",
            )
        )

    def _issue(self, kept: _Kept) -> tuple[str, str | None]:
        order: AskIssue = kept.order
        if self.plan.strikes("refused_invoice", kept.ref):
            return "", "taxpayer_under_review"
        return self._blue(kept.ref, order.seller, order.buyer, order, kind=order.kind), None

    def _blue(
        self,
        ref: str,
        seller: Seller,
        buyer: Buyer,
        order: AskIssue | IssueElsewhere,
        *,
        kind: str = "ordinary",
    ) -> str:
        at_ms = self.happened("blue", ref, "", order.currency, order.amount_minor)
        paper = Paper(
            kind=kind,
            seller=(seller.name, seller.taxpayer_id),
            buyer=tuple(msgspec.structs.astuple(buyer)),
            lines=tuple(
                (line.name, line.unit, line.quantity, line.amount_minor, line.rate_bp, line.tax_minor)
                for line in order.lines
            ),
            amount_minor=order.amount_minor,
            tax_minor=order.tax_minor,
            at_ms=at_ms,
            note=order.note if isinstance(order, AskIssue) else "",
        )
        return self._number(paper, seller.taxpayer_id, buyer.name, "")

    def _redden(self, kept: _Kept) -> tuple[str, str | None]:
        order: AskRed = kept.order
        blue = self._invoice(order.number)
        if blue is None or blue["is_void"] or blue["of_number"]:
            return "", "unknown_number"
        if blue["red_minor"] + order.amount_minor > blue["amount_minor"]:
            return "", "exceeds_blue"
        at_ms = self.happened("red", kept.ref, order.number, "", order.amount_minor)
        self.store.write(
            "UPDATE invoice SET red_minor = red_minor + ? WHERE number = ?", order.amount_minor, order.number
        )
        first = _PAPER.decode(blue["paper"])
        paper = msgspec.structs.replace(
            first,
            lines=tuple(
                (line.name, line.unit, line.quantity, -line.amount_minor, line.rate_bp, -line.tax_minor)
                for line in order.lines
            ),
            amount_minor=-order.amount_minor,
            tax_minor=-order.tax_minor,
            at_ms=at_ms,
            of_number=order.number,
            note=order.note,
        )
        return self._number(paper, blue["seller_taxpayer_id"], blue["buyer_name"], order.number), None

    def _void(self, kept: _Kept) -> tuple[str, str | None]:
        order: AskVoid = kept.order
        blue = self._invoice(order.number)
        if blue is None or blue["is_void"] or blue["of_number"]:
            return "", "unknown_number"
        if blue["red_minor"]:
            return "", "red_exists"
        if _month(blue["at_ms"]) != _month(self.now_ms()):
            return "", "void_period_over"
        self.happened("void", kept.ref, order.number, "", blue["amount_minor"])
        self.store.write("UPDATE invoice SET is_void = 1 WHERE number = ?", order.number)
        return order.number, None

    def _number(self, paper: Paper, taxpayer_id: str, buyer_name: str, of_number: str) -> str:
        """Two digits of the year, two of the region, one of the channel, fifteen running ones."""
        (last,) = self.store.row("SELECT coalesce(max(serial), 0) FROM invoice") or (0,)
        region = taxpayer_id[2:4] if taxpayer_id[2:4].isdigit() else "33"
        year = datetime.fromtimestamp(paper.at_ms / 1000, CHINA).year % 100
        number = f"{year:02d}{region}1{last + 1:015d}"
        self.store.write(
            "INSERT INTO invoice (serial, number, of_number, paper, seller_taxpayer_id, buyer_name, amount_minor,"
            " tax_minor, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            last + 1,
            number,
            of_number,
            msgspec.json.encode(msgspec.structs.replace(paper, number=number)),
            taxpayer_id,
            buyer_name,
            abs(paper.amount_minor),
            abs(paper.tax_minor),
            paper.at_ms,
        )
        return number

    def _take(self, what: str, order: Ask, notify_url: str) -> Answer:
        kept = self._request(order.reference)
        if kept is None:
            notify_path = self.notify_path(notify_url)
            with self.store.writing():
                self._keep(what, order, notify_path)
                self.later(order.reference, self.now_ms() + self.delay_ms)
            kept = self._kept(order.reference)
        elif kept.asked != order.fingerprint():
            raise Refused(409, "other_body", f"{order.reference} was asked with another body")
        return json_answer(_outcome(kept))

    def _keep(self, what: str, order: Ask, notify_path: str) -> None:
        self.store.write(
            "INSERT INTO request (ref, what, asked, notify_path, state) VALUES (?, ?, ?, ?, 'processing')",
            order.reference,
            what,
            order.fingerprint(),
            notify_path,
        )

    def _end(self, ref: str, number: str, reason: str | None) -> None:
        self.store.write(
            "UPDATE request SET state = ?, number = ?, ended_at_ms = ?, reason = ? WHERE ref = ?",
            "done" if reason is None else "refused",
            number,
            self.now_ms(),
            reason,
            ref,
        )

    def _request(self, ref: str) -> _Kept | None:
        found = self.store.row("SELECT * FROM request WHERE ref = ?", ref)
        return None if found is None else _Kept(*found)

    def _kept(self, ref: str) -> _Kept:
        kept = self._request(ref)
        assert kept is not None
        return kept

    def _invoice(self, number: str) -> dict[str, Any] | None:
        names = (
            "number", "of_number", "paper", "seller_taxpayer_id", "buyer_name", "amount_minor", "tax_minor",
            "red_minor", "is_void", "at_ms",
        )  # fmt: skip
        found = self.store.row(f"SELECT {', '.join(names)} FROM invoice WHERE number = ?", number)
        return None if found is None else dict(zip(names, found, strict=True))


def _must_add_up(lines: tuple[Line, ...], amount_minor: int, tax_minor: int) -> None:
    """Refuses lines that do not come to the total, or a tax that is not what the rate makes of the amount by a fen a line."""
    sums = (sum(line.amount_minor for line in lines), sum(line.tax_minor for line in lines))
    if sums != (amount_minor, tax_minor):
        raise Refused(422, "does_not_add_up", "the lines do not come to the total")
    for line in lines:
        exact = line.amount_minor * line.rate_bp / (10_000 + line.rate_bp)
        if abs(line.tax_minor - exact) > 1.5:
            raise Refused(422, "tax_wrong", f"{line.name}: {line.tax_minor}")


def _month(at_ms: int) -> tuple[int, int]:
    at = datetime.fromtimestamp(at_ms / 1000, CHINA)
    return at.year, at.month


def _outcome(kept: _Kept) -> Outcome:
    order = kept.order
    return Outcome(
        ref=kept.ref,
        state=kept.state,
        number=kept.number,
        amount_minor=getattr(order, "amount_minor", 0),
        tax_minor=getattr(order, "tax_minor", 0),
        currency=getattr(order, "currency", ""),
        reason=kept.reason,
        ended_at=maybe_text(kept.ended_at_ms),
    )
