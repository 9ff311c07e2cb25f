"""What scenes is asked for."""

from huozhan.kernel.shapes import Ask, Id


class ServiceOf(Ask, frozen=True, kw_only=True):
    """How one supplier serves."""

    seller_id: Id
