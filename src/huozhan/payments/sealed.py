"""Which fields of payments are sealed, for a rotation of keys and for `verify`."""

from huozhan import parties
from huozhan.payments.carrier_paying import CARRIER_ACCOUNT_FIELD
from huozhan.payments.crediting import ACCOUNT_FIELD, LINE_FIELD
from huozhan.payments.withdrawing import NUMBER_FIELD

SEALED_COLUMNS = (
    parties.SealedColumn(table="bank_account", column="number", field=NUMBER_FIELD, owner="account_id"),
    parties.SealedColumn(
        table="bank_receipt", column="payer_account", field=ACCOUNT_FIELD, owner="receipt_id"
    ),
    parties.SealedColumn(
        table="carrier_payout", column="account_no", field=CARRIER_ACCOUNT_FIELD, owner="payout_id"
    ),
    parties.SealedColumn(table="bank_line_refused", column="body", field=LINE_FIELD, owner="line_id"),
)
"""Every sealed column of this context."""
