"""What an order asks of the stock."""

import msgspec


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """So many pieces of a SKU, spoken for by one line of an order."""

    order_id: int
    line_no: int
    sku_id: int
    quantity: int
