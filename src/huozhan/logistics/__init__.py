"""Logistics 平台物流: waybills that the market asks of its carriers for suppliers' parcels. The front desk.

Asks, views and what carriers answer are reached as `logistics.asks.AskWaybill`, `logistics.views.WaybillView`,
`logistics.ports.CarrierWaybill`.
"""

from huozhan.logistics import asks, ports, views
from huozhan.logistics.adapters import HttpWaybills
from huozhan.logistics.asking import WAYBILL_JOB, ask_waybill, cancel_waybill, send_waybill, waybills_of
from huozhan.logistics.hearing import ask_again, hear_waybill, note_waybill, waybill_errand
from huozhan.logistics.ports import CarrierWaybill, WaybillErrand, WaybillPort
from huozhan.logistics.printing import my_waybills, waybill_label
from huozhan.logistics.store.switches import SEALED_COLUMNS
from huozhan.logistics.switching import my_logistics, switch_logistics

__all__ = [
    "SEALED_COLUMNS",
    "WAYBILL_JOB",
    "CarrierWaybill",
    "HttpWaybills",
    "WaybillErrand",
    "WaybillPort",
    "ask_again",
    "ask_waybill",
    "asks",
    "cancel_waybill",
    "hear_waybill",
    "my_logistics",
    "my_waybills",
    "note_waybill",
    "ports",
    "send_waybill",
    "switch_logistics",
    "views",
    "waybill_errand",
    "waybill_label",
    "waybills_of",
]
