"""Contracts 合同: about orders, in versions that form a chain, signed by both sides and sealed by the market. The front desk.

Asks, views and facts are reached as `contracts.asks.SignContract`, `contracts.views.ContractPage`,
`contracts.facts.ContractMoved`.
"""

from huozhan.contracts import asks, facts, ports, sealing, text, views
from huozhan.contracts.adapters import HttpSigner
from huozhan.contracts.certifying import (
    REVOKE_JOB,
    anything_issued,
    note_certificate,
    note_revoked,
    revoke_certificate,
)
from huozhan.contracts.contract import (
    FOLLOW_JOB,
    SIGN_JOB,
    SIGN_TIMER,
    WRITE_JOB,
    ContractOpen,
    VersionState,
)
from huozhan.contracts.drafting import (
    SEALING_SOON,
    ask_contract,
    contract_sign_due,
    draft_errand,
    end_draft,
    follow_order,
    refuse_contract,
    withdraw_contract,
)
from huozhan.contracts.evidence import (
    PACKAGE_JOB,
    ask_package,
    end_package,
    package_errand,
    package_file,
)
from huozhan.contracts.looking import (
    check_contract,
    contract_of_order,
    contract_on_file,
    contract_page,
    contract_text,
    contracts_on_file,
    my_contracts,
    take_contract,
    take_contract_on_file,
    text_on_file,
)
from huozhan.contracts.signature import PaperMoved, UnknownRoot
from huozhan.contracts.signing import (
    note_prepared,
    note_signed,
    sign_contract,
    signing_errand,
    signing_failed,
)
from huozhan.contracts.telling import FOLLOWED, follow_orders, tell_of_contracts, tell_of_signing
from huozhan.contracts.verifying import FIELDS, verify

__all__ = [
    "FIELDS",
    "FOLLOWED",
    "FOLLOW_JOB",
    "PACKAGE_JOB",
    "REVOKE_JOB",
    "SEALING_SOON",
    "SIGN_JOB",
    "SIGN_TIMER",
    "WRITE_JOB",
    "ContractOpen",
    "HttpSigner",
    "PaperMoved",
    "UnknownRoot",
    "VersionState",
    "anything_issued",
    "ask_contract",
    "ask_package",
    "asks",
    "check_contract",
    "contract_of_order",
    "contract_on_file",
    "contract_page",
    "contract_sign_due",
    "contract_text",
    "contracts_on_file",
    "draft_errand",
    "end_draft",
    "end_package",
    "facts",
    "follow_order",
    "follow_orders",
    "my_contracts",
    "note_certificate",
    "note_prepared",
    "note_revoked",
    "note_signed",
    "package_errand",
    "package_file",
    "ports",
    "refuse_contract",
    "revoke_certificate",
    "sealing",
    "sign_contract",
    "signing_errand",
    "signing_failed",
    "take_contract",
    "take_contract_on_file",
    "tell_of_contracts",
    "tell_of_signing",
    "text",
    "text_on_file",
    "verify",
    "views",
    "withdraw_contract",
]
