"""Fulfilment 履约: parcels, scans and the clock of receipt. The front desk.

Asks, views and facts are reached as `fulfilment.asks.Ship`, `fulfilment.views.ParcelsView`, `fulfilment.facts.ParcelSent`.
"""

from huozhan.fulfilment import asks, facts, views
from huozhan.fulfilment.adapters import HttpCarrier
from huozhan.fulfilment.carrier import CarrierPort, carrier_name, carriers, checked_waybill, find_carrier
from huozhan.fulfilment.doubting import doubts, settle_doubt
from huozhan.fulfilment.following import count_hit, follow_filing, follow_suspension
from huozhan.fulfilment.journeys import journeys_to_judge
from huozhan.fulfilment.packing import labels
from huozhan.fulfilment.pausing import pause_receipt, resume_receipt, settle_parcels
from huozhan.fulfilment.receipt import confirm_due
from huozhan.fulfilment.receiving import auto_confirm_due, confirm_receipt, extend_receipt
from huozhan.fulfilment.shipping import ship, ship_many
from huozhan.fulfilment.telling import tell_of_doubts
from huozhan.fulfilment.tracking import note_carrier_message, parcels_of, record_scan, subscription_errand
from huozhan.fulfilment.verifying import verify
from huozhan.fulfilment.watching import no_track_due, pickup_due_passed

__all__ = [
    "CarrierPort",
    "HttpCarrier",
    "asks",
    "auto_confirm_due",
    "carrier_name",
    "carriers",
    "checked_waybill",
    "confirm_due",
    "confirm_receipt",
    "count_hit",
    "doubts",
    "extend_receipt",
    "facts",
    "find_carrier",
    "follow_filing",
    "follow_suspension",
    "journeys_to_judge",
    "labels",
    "no_track_due",
    "note_carrier_message",
    "parcels_of",
    "pause_receipt",
    "pickup_due_passed",
    "record_scan",
    "resume_receipt",
    "settle_doubt",
    "settle_parcels",
    "ship",
    "ship_many",
    "subscription_errand",
    "tell_of_doubts",
    "verify",
    "views",
]
