"""Callbacks from outside parties: written down as they came, answered at once, worked by the worker."""

from litestar.handlers import BaseRouteHandler

from huozhan.doors.hooks.channels import hear_alipay, hear_wechat_pay
from huozhan.doors.hooks.parties import (
    hear_bank,
    hear_carrier,
    hear_channel,
    hear_funder,
    hear_lender,
    hear_tax,
    hear_waybills,
)

ROUTES: list[BaseRouteHandler] = [
    hear_channel,
    hear_bank,
    hear_carrier,
    hear_funder,
    hear_lender,
    hear_waybills,
    hear_tax,
    hear_alipay,
    hear_wechat_pay,
]
