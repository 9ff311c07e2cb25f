"""The real process on a free loopback port, and a market that only listens."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
CALLBACK_KEY = b"a key both sides know and nobody else"
PATIENCE_S = 60
PARTIES = ("channel", "bank", "carrier", "mail", "signer", "lender", "funder", "tax", "insurer")


class Callback(NamedTuple):
    """One callback as the market received it."""

    path: str
    message_id: str
    genuine: bool
    type: str
    data: dict[str, Any]


class Reply(NamedTuple):
    """One answer of the outside parties."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.body.splitlines()]


class ListeningMarket:
    """Takes callbacks and checks their signatures by the book, not by the stand-ins' own code."""

    def __init__(self) -> None:
        self.taken: list[Callback] = []
        self.statuses: list[int] = []
        self.pause_s = 0.0
        market = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = market.statuses.pop(0) if market.statuses else 204
                if status < 300:
                    market.taken.append(_callback(self.path, dict(self.headers), body))
                time.sleep(market.pause_s)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    def wait_for(self, count: int) -> list[Callback]:
        """The first callbacks, once there are so many."""
        until(lambda: len(self.taken) >= count)
        return self.taken[:count]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Outside:
    """The outside parties' process."""

    def __init__(self, folder: Path, market: ListeningMarket) -> None:
        self.folder = folder
        self.market = market
        self.secrets = {name: f"request secret of the {name}, long enough" for name in PARTIES}
        self.clock_file = folder / "clock"
        self.secret_file = folder / "secrets.toml"
        self.secret_file.write_text(self._secret_text())
        self.port = 0
        self.process: subprocess.Popen[str] | None = None

    def start(self, *options: str) -> None:
        command = [sys.executable, "-m", "huozhan_outside", "--home", str(self.folder / "home")]
        command += [
            "--port",
            str(self.port),
            "--market-url",
            self.market.url,
            "--secret-file",
            str(self.secret_file),
        ]
        command += ["--clock-file", str(self.clock_file), "--parcel-speed", "3600", *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], PATIENCE_S)[0], "the parties do not start"
        line = self.process.stdout.readline()
        assert line.startswith("ready http://127.0.0.1:"), line
        self.port = int(line.rsplit(":", 1)[1])

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(PATIENCE_S)
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def move_clock(self, seconds: int) -> None:
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.replace(self.clock_file)

    def ask(self, method: str, path: str, body: object = None, *, party: str = "", **changed: str) -> Reply:
        """One signed request; `changed` replaces headers, to try what must be refused."""
        raw = b"" if body is None else json.dumps(body).encode()
        return self.plain(method, path, raw, {**self.signed(method, path, raw, party), **changed})

    def signed(self, method: str, path: str, raw: bytes, party: str = "") -> dict[str, str]:
        secret = self.secrets[party or path.split("?", maxsplit=1)[0].split("/")[1]].encode()
        stamp, nonce = str(int(time.time())), secrets.token_hex(12)
        signed = hmac.new(secret, f"{stamp}.{nonce}.{method}.{path}.".encode() + raw, hashlib.sha256)
        return {"X-Timestamp": stamp, "X-Nonce": nonce, "X-Signature": f"v1={signed.hexdigest()}"}

    def plain(self, method: str, path: str, raw: bytes = b"", headers: dict[str, str] | None = None) -> Reply:
        line = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            line.request(method, path, raw, headers or {})
            answer: HTTPResponse = line.getresponse()
            return Reply(
                answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
            )
        finally:
            line.close()

    def set_faults(self, party: str, seed: int = 1, **faults: float) -> None:
        reply = self.ask("POST", "/faults", {"party": party, "seed": seed, "faults": faults}, party=party)
        assert reply.status == 200, reply.body

    def truth(self, party: str) -> list[dict[str, Any]]:
        return self.ask("GET", f"/truth/{party}/rows", party=party).lines

    # What stories need again and again

    def payment(self, merchant_ref: str, **changed: Any) -> Reply:
        body = {
            "merchant": "huozhan",
            "merchant_ref": merchant_ref,
            "amount_minor": 12800,
            "currency": "CNY",
            "subject": "订单 260301-0001",
            "expires_at": "2099-01-01T00:00:00Z",
            "notify_url": "/hooks/channel",
            "return_url": f"{self.market.url}/orders/1",
        }
        return self.ask("POST", "/channel/payments", {**body, **changed})

    def paid(self, merchant_ref: str, **changed: Any) -> Any:
        assert self.payment(merchant_ref, **changed).status == 200
        reply = self.ask("POST", f"/channel/payments/{merchant_ref}/simulate-pay", {})
        assert reply.json["state"] == "paid"
        return reply.json

    def refund(self, refund_ref: str, merchant_ref: str, amount_minor: int, **changed: Any) -> Reply:
        body = {
            "merchant_refund_ref": refund_ref,
            "merchant_ref": merchant_ref,
            "amount_minor": amount_minor,
            "currency": "CNY",
            "notify_url": f"{self.market.url}/hooks/channel",
        }
        return self.ask("POST", "/channel/refunds", {**body, **changed})

    def transfer(self, ref: str, **changed: Any) -> Reply:
        body = {
            "ref": ref,
            "amount_minor": 500000,
            "currency": "CNY",
            "account_no": "6222021208001234567",
            "account_name": "义乌市晨光小商品有限公司",
            "bank_name": "中国工商银行",
            "notify_url": "/hooks/bank",
        }
        return self.ask("POST", "/bank/transfers", {**body, **changed})

    def parcel(self, waybill: str, **changed: Any) -> Reply:
        body = {
            "carrier_code": "ZTO",
            "waybill": waybill,
            "from_division": "330782",
            "to_division": "440106",
            "notify_url": "/hooks/carrier",
            "receiver_phone_tail": None,
        }
        return self.ask("POST", "/carrier/subscriptions", {**body, **changed})

    def advance(self, waybill: str, state: str) -> Reply:
        return self.ask(
            "POST", "/carrier/advance", {"carrier_code": "ZTO", "waybill": waybill, "state": state}
        )

    def message(self, ref: str, **changed: Any) -> Reply:
        body = {
            "ref": ref,
            "to": "li.ming@example.com",
            "channel": "email",
            "subject": "验证码",
            "text": "您的验证码是 482913",
            "lang": "zh",
        }
        return self.ask("POST", "/mail/messages", {**body, **changed})

    def _secret_text(self) -> str:
        callback = "whsec_" + base64.b64encode(CALLBACK_KEY).decode()
        text = ""
        for name, secret in self.secrets.items():
            text += f'[{name}]\nrequest_secret = "{secret}"\n'
            text += f'callback_secret = "{callback}"\n' if name not in ("mail", "signer", "insurer") else ""
            text += 'merchant = "huozhan"\n' if name == "channel" else ""
        return text


def until(reached: Callable[[], bool]) -> None:
    """Wait for something that must come."""
    deadline = time.monotonic() + PATIENCE_S
    while not reached():
        assert time.monotonic() < deadline, "what was awaited did not come"
        time.sleep(0.01)


def _callback(path: str, headers: dict[str, str], body: bytes) -> Callback:
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(CALLBACK_KEY, signed, hashlib.sha256).digest()).decode()
    told = json.loads(body)
    genuine = hmac.compare_digest(headers["webhook-signature"], expected)
    return Callback(path, headers["webhook-id"], genuine, told["type"], told["data"])


@pytest.fixture
def listening_market() -> Iterator[ListeningMarket]:
    market = ListeningMarket()
    yield market
    market.close()


@pytest.fixture
def outside(tmp_path: Path, listening_market: ListeningMarket) -> Iterator[Outside]:
    """The parties, quick: refunds and transfers end at once, parcels stand still unless the clock is moved."""
    parties = Outside(tmp_path, listening_market)
    parties.start("--refund-delay", "0", "--bank-delay", "0", "--tax-delay", "0")
    yield parties
    parties.stop()
