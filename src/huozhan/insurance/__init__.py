"""Insurance 退货运费险: an insurer pays the freight of goods that are sent back; ports and records, never the insurer. The front desk.

Asks, views, facts and what the insurer answers are reached as `insurance.asks.SwitchInsurance`, `insurance.views.PolicyView`,
`insurance.facts.ClaimMoved`, `insurance.ports.InsurerDone`.
"""

from huozhan.insurance import asks, facts, ports, views
from huozhan.insurance.adapters import HttpInsurer
from huozhan.insurance.claiming import drop_claim, file_claim, goods_taken_back
from huozhan.insurance.covering import PINNED_RULES, Cover, cover_of
from huozhan.insurance.hearing import (
    NotAskedAgain,
    SumUsedUp,
    ask_insurer_again,
    end_deed,
    insurer_errand,
    note_insurer_done,
)
from huozhan.insurance.insuring import DEED_JOB, begin, ended, release
from huozhan.insurance.looking import (
    PremiumMoved,
    cover_view,
    insurance_under_way,
    policy_of_order,
    shop_insurance,
    switch_insurance,
)
from huozhan.insurance.policy import Payer, SentBack, ToInsure
from huozhan.insurance.ports import Insurer, InsurerDone
from huozhan.insurance.reconciling import (
    believe_insurer_file_empty,
    note_insurer_file,
    note_insurer_settlement,
    recheck_insurer_files,
)
from huozhan.insurance.telling import tell_of_claims, tell_of_policies
from huozhan.insurance.watching import (
    clearing_since,
    insurance_policies,
    insurer_answers_waiting,
    insurer_desk,
    verify,
)

__all__ = [
    "DEED_JOB",
    "PINNED_RULES",
    "Cover",
    "HttpInsurer",
    "Insurer",
    "InsurerDone",
    "NotAskedAgain",
    "Payer",
    "PremiumMoved",
    "SentBack",
    "SumUsedUp",
    "ToInsure",
    "ask_insurer_again",
    "asks",
    "begin",
    "believe_insurer_file_empty",
    "clearing_since",
    "cover_of",
    "cover_view",
    "drop_claim",
    "end_deed",
    "ended",
    "facts",
    "file_claim",
    "goods_taken_back",
    "insurance_policies",
    "insurance_under_way",
    "insurer_answers_waiting",
    "insurer_desk",
    "insurer_errand",
    "note_insurer_done",
    "note_insurer_file",
    "note_insurer_settlement",
    "policy_of_order",
    "ports",
    "recheck_insurer_files",
    "release",
    "shop_insurance",
    "switch_insurance",
    "tell_of_claims",
    "tell_of_policies",
    "verify",
    "views",
]
