"""Which fields of carriage are sealed, for a rotation of keys and for `verify`."""

from huozhan import parties
from huozhan.carriage.contracting import ACCOUNT_FIELD

SEALED_COLUMNS = (
    parties.SealedColumn(
        table="carrier_contract", column="account_no", field=ACCOUNT_FIELD, owner="carrier_id"
    ),
)
"""Every sealed column of this context."""
