"""Which real channel a market was given, if any: the stand-in plays until then."""

from collections.abc import Mapping
from typing import Any

import msgspec

from huozhan.payments.alipay import Alipay, AlipaySettings
from huozhan.payments.wechat_pay import WeChatPay, WeChatSettings


class BadChannel(ValueError):
    """What was agreed on with a channel cannot be read; the message says what is wrong with it."""


def real_channel(entries: Mapping[str, Any], market_url: str) -> Alipay | WeChatPay:
    """The channel of the one section in `channel.toml`, told of `market_url` as the place to call back."""
    if len(entries) != 1 or not set(entries) <= {"alipay", "wechat_pay"}:
        raise BadChannel("one section is wanted, [alipay] or [wechat_pay]")
    ((name, entry),) = entries.items()
    try:
        if name == "alipay":
            return Alipay(msgspec.convert(entry, AlipaySettings), market_url)
        return WeChatPay(msgspec.convert(entry, WeChatSettings), market_url)
    except Exception as error:  # each library has its own word for a key that is none
        raise BadChannel(f"[{name}]: {error}") from error
