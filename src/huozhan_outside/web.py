"""The one door: reads a request, checks its signature, lets the plan's faults strike, answers when all is on disk."""

import asyncio
import re
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from huozhan_outside import signing
from huozhan_outside.asking import Answer, Ask, Asked, Refused, Route, json_answer
from huozhan_outside.faults import NewPlan, PartyPlan
from huozhan_outside.pages import language_of
from huozhan_outside.party import Party

MOST_BYTES = 64 * 1024
NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")
LOOPBACK = ("127.0.0.1", "::1")

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class _Place(NamedTuple):
    """A route, and the party that answers for it."""

    route: Route
    pattern: re.Pattern[str]
    party: Party
    decoder: msgspec.json.Decoder[Any] | None


class _Drop(Exception):
    """The answer is to be lost on its way."""


class Door:
    """The ASGI application in front of all parties."""

    def __init__(self, parties: list[Party]) -> None:
        self._parties: dict[str, Party] = {party.name: party for party in parties}
        self._places: dict[str, list[_Place]] = {}
        self._nonces: dict[str, dict[str, int]] = {}
        self._swept_s = time.time()
        for party in parties:
            self._nonces[party.name] = dict(party.store.rows("SELECT value, seen_s FROM nonce"))
            for route in [*party.routes(), *_truth_routes(party)]:
                self._add(route, party)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        try:
            answer = await self._answer(scope, receive)
        except Refused as refusal:
            answer = json_answer(refusal.body, refusal.status)
        except _Drop:
            await self._drop(send)
            return
        except Exception:  # noqa: BLE001 — every failure is answered
            traceback.print_exc(file=sys.stderr)
            answer = json_answer({"code": "party_failed", "detail": "nothing was done"}, 500)
        await self._send(answer, send)

    def _add(self, route: Route, party: Party) -> None:
        pattern = re.compile(re.escape(route.template).replace(r"\{\}", "([^/]+)"))
        decoder = None if route.ask is None else msgspec.json.Decoder(route.ask)
        first = route.template.split("/")[1]
        self._places.setdefault(first, []).append(_Place(route, pattern, party, decoder))

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        method, path = scope["method"], scope["path"]
        if path == "/health":
            return json_answer({"ok": True})
        body = await _body(receive)
        if path == "/faults":
            return await self._faults(scope, method, body)
        place, names = self._find(method, path)
        nonce = self._check_signature(scope, place.party, body) if place.route.signed else None
        asked = _read(scope, place, names, body)
        try:
            return await self._act(place, asked, nonce)
        finally:
            await place.party.store.on_disk()

    async def _act(self, place: _Place, asked: Asked, nonce: str | None) -> Answer:
        party, fate = place.party, place.route.fate
        reference = "" if fate is None else _fated_reference(asked)
        if fate is not None and self._strikes(party, "error_500", fate, reference):
            raise Refused(500, "party_failed", "nothing was done")
        answer = place.route.act(asked)
        if nonce is not None and asked.method == "POST":
            with party.store.writing():
                party.store.keep_nonce(nonce, int(time.time()))
        if fate is not None and self._strikes(party, "timeout_after_success", fate, reference):
            await party.store.on_disk()
            await asyncio.sleep(party.plan.faults.hang_s)
            raise _Drop
        return answer

    def _strikes(self, party: Party, fault: str, call: str, reference: str) -> bool:
        plan = party.plan
        return plan.strikes(fault, reference) and party.store.may_strike(
            fault, call, reference, plan.faults.strikes
        )

    def _find(self, method: str, path: str) -> tuple[_Place, tuple[str, ...]]:
        other_method = False
        for place in self._places.get(path.split("/")[1], ()):
            found = place.pattern.fullmatch(path)
            if found is None:
                continue
            if place.route.method == method:
                return place, found.groups()
            other_method = True
        if other_method:
            raise Refused(405, "method_not_allowed")
        raise Refused(404, "not_found")

    async def _faults(self, scope: Scope, method: str, body: bytes) -> Answer:
        """Show or replace one party's fault plan, under that party's secret."""
        if method == "GET":
            party = self._party(_query(scope).get("party", ""))
            self._check_signature(scope, party, body)
            return json_answer(party.plan)
        if method != "POST":
            raise Refused(405, "method_not_allowed")
        new = _decode(body, msgspec.json.Decoder(NewPlan))
        party = self._party(new.party)
        self._check_signature(scope, party, body)
        seed = party.plan.seed if new.seed is None else new.seed
        party.set_plan(PartyPlan(new.party, seed, new.faults))
        await party.store.on_disk()
        return json_answer(party.plan)

    def _party(self, name: str) -> Party:
        party = self._parties.get(name)
        if party is None:
            raise Refused(422, "invalid", "party is one of " + ", ".join(self._parties))
        return party

    def _check_signature(self, scope: Scope, party: Party, body: bytes) -> str:
        given: dict[bytes, bytes] = {
            name: value for name, value in scope["headers"] if name.startswith(b"x-")
        }
        try:
            timestamp = given[b"x-timestamp"].decode("ascii")
            nonce = given[b"x-nonce"].decode("ascii")
            signature = given[b"x-signature"].decode("ascii")
        except (KeyError, UnicodeDecodeError):
            raise Refused(401, "signature_missing") from None
        expected = signing.request_signature(
            party.keys.request, timestamp, nonce, scope["method"], _target(scope), body
        )
        if not NONCE.match(nonce) or not signing.same(signature, expected):
            raise Refused(401, "signature_wrong")
        now_s = int(time.time())
        if not timestamp.isdigit() or abs(now_s - int(timestamp)) > signing.TOLERANCE_S:
            raise Refused(401, "timestamp_stale")
        self._use_nonce(party, nonce, now_s)
        return nonce

    def _use_nonce(self, party: Party, nonce: str, now_s: int) -> None:
        seen = self._nonces[party.name]
        if nonce in seen:
            raise Refused(401, "nonce_replayed")
        seen[nonce] = now_s
        if now_s - self._swept_s > signing.TOLERANCE_S:
            self._swept_s = now_s
            self._sweep_nonces(now_s - 2 * signing.TOLERANCE_S)

    def _sweep_nonces(self, before_s: int) -> None:
        for party in self._parties.values():
            fresh = {
                value: seen_s for value, seen_s in self._nonces[party.name].items() if seen_s >= before_s
            }
            self._nonces[party.name] = fresh
            with party.store.noting():
                party.store.forget_nonces(before_s)

    async def _send(self, answer: Answer, send: Send) -> None:
        headers = [
            (b"content-type", answer.sort.encode()),
            (b"content-length", str(len(answer.body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        if answer.location is not None:
            headers.append((b"location", answer.location.encode()))
        if answer.sort.startswith("text/html"):
            headers.append(
                (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; img-src data:")
            )
            headers.append((b"referrer-policy", b"no-referrer"))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _drop(self, send: Send) -> None:
        """Promise a body and leave: the server closes the connection in the middle of the answer."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"64")]})


def _truth_routes(party: Party) -> list[Route]:
    return [
        Route("GET", f"/truth/{party.name}", party.show_truth),
        Route("GET", f"/truth/{party.name}/rows", party.show_truth_rows),
    ]


def _read(scope: Scope, place: _Place, names: tuple[str, ...], body: bytes) -> Asked:
    ask: Ask | None = None
    if place.decoder is not None:
        ask = _decode(body or b"{}", place.decoder)
    query = _query(scope)
    client = scope.get("client")
    return Asked(
        method=scope["method"],
        path=scope["path"],
        names=names,
        query=query,
        body=body,
        ask=ask,
        language=""
        if place.route.signed
        else language_of(query.get("lang"), _header(scope, b"accept-language")),
        from_this_machine=client is not None and client[0] in LOOPBACK,
    )


def _fated_reference(asked: Asked) -> str:
    if asked.names:
        return asked.names[0]
    return str(asked.ask.reference)


def _decode(body: bytes, decoder: msgspec.json.Decoder[Any]) -> Any:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as problem:
        raise Refused(422, "invalid", str(problem)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise Refused(400, "malformed_json", str(problem)) from None


async def _body(receive: Receive) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "malformed_json", "the caller left")
        piece: bytes = message.get("body", b"")
        size += len(piece)
        if size > MOST_BYTES:
            raise Refused(413, "too_large")
        pieces.append(piece)
        if not message.get("more_body", False):
            return b"".join(pieces)


def _target(scope: Scope) -> str:
    raw: bytes = scope["raw_path"]
    query: bytes = scope["query_string"]
    return (raw + b"?" + query if query else raw).decode("latin-1")


def _query(scope: Scope) -> dict[str, str]:
    text: bytes = scope["query_string"]
    return dict(parse_qsl(text.decode("latin-1"), keep_blank_values=True)) if text else {}


def _header(scope: Scope, name: bytes) -> str:
    for given, value in scope["headers"]:
        if given == name:
            text: bytes = value
            return text.decode("latin-1")
    return ""
