"""Who may speak to the parties."""

import json
import time

import pytest

from huozhan_outside import signing
from tests.outside.conftest import Outside

PATH = "/bank/transfers/T-1"


def test_an_unsigned_request_is_refused(outside: Outside) -> None:
    assert outside.plain("GET", PATH).json["code"] == "signature_missing"
    assert outside.plain("GET", "/truth/bank").json["code"] == "signature_missing"
    assert (
        outside.plain("POST", "/faults", b'{"party":"bank","faults":{}}').json["code"] == "signature_missing"
    )
    assert outside.plain("GET", "/health").json == {"ok": True}


@pytest.mark.parametrize(
    ("method", "path", "raw"),
    [
        ("GET", "/bank/transfers/T-2", b""),
        ("POST", PATH, b""),
        ("GET", PATH, b"x"),
        ("GET", PATH + "?on=1", b""),
    ],
)
def test_a_signature_covers_method_path_query_and_body(
    outside: Outside, method: str, path: str, raw: bytes
) -> None:
    headers = outside.signed("GET", PATH, b"")
    if (method, path) == ("POST", PATH):
        path = "/bank/transfers"
    assert outside.plain(method, path, raw, headers).json["code"] == "signature_wrong"
    assert outside.plain("GET", PATH, b"", headers).status == 404


def test_one_partys_secret_opens_no_other_party(outside: Outside) -> None:
    assert outside.ask("GET", PATH, party="channel").json["code"] == "signature_wrong"
    assert outside.ask("GET", "/truth/bank", party="mail").json["code"] == "signature_wrong"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(-310, "timestamp_stale"), (310, "timestamp_stale"), (-290, "not_found"), (290, "not_found")],
)
def test_a_stale_request_is_refused(outside: Outside, seconds: int, code: str) -> None:
    stamp = int(time.time()) + seconds
    headers = signing.request_headers(
        outside.secrets["bank"].encode(), stamp, "a-nonce-of-16-or-more", "GET", PATH, b""
    )
    assert outside.plain("GET", PATH, b"", headers).json["code"] == code


def test_a_replayed_request_is_refused_even_after_a_kill(outside: Outside) -> None:
    raw = json.dumps({"account_no": "6222000011112222", "account_name": "张三"}).encode()
    headers = outside.signed("POST", "/bank/accounts", raw)
    assert outside.plain("POST", "/bank/accounts", raw, headers).status == 200
    assert outside.plain("POST", "/bank/accounts", raw, headers).json["code"] == "nonce_replayed"
    outside.kill()
    outside.start()
    assert outside.plain("POST", "/bank/accounts", raw, headers).json["code"] == "nonce_replayed"


def test_a_callback_signature_matches_the_published_vector() -> None:
    key = signing.callback_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signature = signing.callback_signature(
        key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "text", ["whsec_", "whsec_c2hvcnQ=", "whsec_%%%", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
)
def test_a_weak_or_strange_callback_secret_is_not_accepted(text: str) -> None:
    with pytest.raises(signing.BadSecret):
        signing.callback_key(text)


def test_an_unknown_address_or_method_is_refused(outside: Outside) -> None:
    assert outside.ask("GET", "/bank/nothing").json["code"] == "not_found"
    assert outside.ask("DELETE", PATH).json["code"] == "method_not_allowed"
