"""运营台: the operator's own acts, and what shows how the market does. This is the front desk."""

from huozhan.operations.acts import (
    assign_bank_receipt,
    end_difference,
    import_statement,
    restore_offer,
    retry_payout,
    return_bank_receipt,
    return_receipt,
    review_supplier,
    rule_case,
    settle_doubt,
    take_down_offer,
)
from huozhan.operations.audit import AuditEntry, ListAudit, audit_log, note_act
from huozhan.operations.books import (
    SEALED_COLUMNS,
    AccountStatement,
    Books,
    StatementOf,
    Verify,
    account_statement,
    verify,
)
from huozhan.operations.chores import Chores, SettleJob, chores, discard_job, retry_job
from huozhan.operations.erasing import erase_me
from huozhan.operations.pulse import Pulse, pulse
from huozhan.operations.rules import NoticeTooShort, PublishRule, RuleList, RuleVersion, publish_rule, rules

__all__ = [
    "SEALED_COLUMNS",
    "AccountStatement",
    "AuditEntry",
    "Books",
    "Chores",
    "ListAudit",
    "NoticeTooShort",
    "PublishRule",
    "Pulse",
    "RuleList",
    "RuleVersion",
    "SettleJob",
    "StatementOf",
    "Verify",
    "account_statement",
    "assign_bank_receipt",
    "audit_log",
    "chores",
    "discard_job",
    "end_difference",
    "erase_me",
    "import_statement",
    "note_act",
    "publish_rule",
    "pulse",
    "restore_offer",
    "retry_job",
    "retry_payout",
    "return_bank_receipt",
    "return_receipt",
    "review_supplier",
    "rule_case",
    "rules",
    "settle_doubt",
    "take_down_offer",
    "verify",
]
