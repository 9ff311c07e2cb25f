"""The records that a market is filled from, one JSON object a line, and what is asked of the use cases for each."""

from datetime import date, timedelta

import msgspec

from huozhan import catalogue, certificates, invoicing, parties
from huozhan.catalogue import (
    AttributeValue,
    Axis,
    ChargeBy,
    CreditTerms,
    EditFreight,
    EditShop,
    FreightRegion,
    FreightTerms,
    MixRule,
    Name,
    QuoteType,
    SkuAsk,
    Step,
    Tariff,
    Unit,
)
from huozhan.certificates import CertificateKind
from huozhan.kernel.shapes import Bilingual

PHONE = "13900001111"


class RegionRecord(msgspec.Struct, frozen=True):
    """Regions with fees of their own."""

    codes: list[str]
    first_fee_minor: int
    next_fee_minor: int


class FreightRecord(msgspec.Struct, frozen=True):
    """One freight template."""

    code: str
    name_zh: str
    name_en: str
    charge_by: ChargeBy
    first_unit: int
    first_fee_minor: int
    next_unit: int
    next_fee_minor: int
    least_minor: int = 0
    regions: list[RegionRecord] = []
    undeliverable: list[str] = []
    free_over_minor: int | None = None
    free_over_pieces: int | None = None

    def ask(self) -> EditFreight:
        """The template as its seller writes it; regions differ in fees only. Remote ones are never free."""
        terms = FreightTerms(
            charge_by=self.charge_by,
            tariff=self._tariff(self.first_fee_minor, self.next_fee_minor),
            regions=tuple(
                FreightRegion(codes=tuple(r.codes), tariff=self._tariff(r.first_fee_minor, r.next_fee_minor))
                for r in self.regions
            ),
            undeliverable=tuple(self.undeliverable),
            free_over_minor=self.free_over_minor,
            free_over_pieces=self.free_over_pieces,
            never_free=tuple(code for region in self.regions for code in region.codes),
        )
        return EditFreight(code=self.code, name=Name(self.name_zh, self.name_en), terms=terms)

    def _tariff(self, first_fee_minor: int, next_fee_minor: int) -> Tariff:
        return Tariff(
            first_unit=self.first_unit,
            first_fee_minor=first_fee_minor,
            next_unit=self.next_unit,
            next_fee_minor=next_fee_minor,
            least_minor=self.least_minor,
        )


class MixedBatchRecord(msgspec.Struct, frozen=True):
    """A shop's mixed batch."""

    amount_minor: int | None
    pieces: int | None


class CertificateRecord(msgspec.Struct, frozen=True):
    """What all goods of a supplier are certified for, so many days from the load on."""

    kind: CertificateKind
    number: str
    issuer: str
    lasts_days: int
    is_verified: bool

    def ask(self, today: date, proof_id: str) -> certificates.asks.DeclareCertificate:
        """The certificate as its supplier declares it."""
        return certificates.asks.DeclareCertificate(
            kind=self.kind,
            number=self.number,
            issuer=self.issuer,
            valid_until=today + timedelta(days=self.lasts_days),
            proof_id=proof_id,
        )


class SupplierRecord(msgspec.Struct, frozen=True):
    """One supplier with its shop's rules."""

    supplier_code: str
    name_zh: str
    name_en: str
    kind: parties.SupplierKind
    province_code6: str
    city_code6: str
    belt_zh: str
    belt_en: str
    years: int
    uscc: str
    about_zh: str
    about_en: str
    mixed_batch: MixedBatchRecord | None
    freight: list[FreightRecord]
    certificates: list[CertificateRecord] = []
    invoices: list[invoicing.Kind] = []
    credit: CreditTerms | None = None

    def application(self, today: date) -> parties.ApplyToSell:
        """The supplier's application to sell."""
        return parties.ApplyToSell(
            uscc=self.uscc,
            name_zh=self.name_zh,
            name_en=self.name_en,
            supplier_kind=self.kind,
            province_code=self.province_code6,
            city_code=self.city_code6,
            belt_zh=self.belt_zh,
            belt_en=self.belt_en,
            about_zh=self.about_zh,
            about_en=self.about_en,
            since_on=date(today.year - self.years, today.month, 1),
            contact="陈经理",
            phone=PHONE,
        )

    def shop(self) -> EditShop:
        """The shop's rule."""
        mixed = self.mixed_batch
        return EditShop(mix=MixRule(mixed.amount_minor, mixed.pieces) if mixed else None)


class ValueRecord(msgspec.Struct, frozen=True):
    """A text in both languages."""

    zh: str
    en: str


class AttributeRecord(msgspec.Struct, frozen=True):
    """One attribute."""

    handle: str
    zh: str
    en: str


class AxisRecord(msgspec.Struct, frozen=True):
    """One side of the matrix."""

    name_zh: str
    name_en: str
    values: list[ValueRecord]


class SkuRecord(msgspec.Struct, frozen=True):
    """One cell of the matrix."""

    sku_code: str
    choice: tuple[int, ...]
    price_e4: int | None
    ladder: tuple[Step, ...] | None
    stock: int
    weight_g: int | None


class OfferRecord(msgspec.Struct, frozen=True):
    """One offer."""

    supplier_code: str
    offer_code: str
    category_id: str
    title_zh: str
    title_en: str
    description_zh: str
    description_en: str
    attributes: list[AttributeRecord]
    unit: Unit
    quote_type: QuoteType
    ladder: tuple[Step, ...]
    options: list[AxisRecord]
    skus: list[SkuRecord]
    moq: int
    lot: int
    mixable: bool
    sample_price_e4: int | None
    origin_code6: str
    weight_g: int
    length_mm: int
    width_mm: int
    height_mm: int
    promise_hours: int
    freight_code: str
    pictures: list[str]
    source: str = ""
    dropship: catalogue.Packing | None = None
    customisation: catalogue.Customisation | None = None

    def ask(self, picture_ids: dict[str, str]) -> catalogue.PublishOffer:
        """The offer as its seller publishes it; pictures are named by where they lie in the set."""
        return catalogue.PublishOffer(
            offer_code=self.offer_code,
            category_id=self.category_id,
            title=Name(self.title_zh, self.title_en),
            description=Bilingual(self.description_zh, self.description_en),
            attributes=tuple(
                AttributeValue(handle=a.handle, value=Name(a.zh, a.en)) for a in self.attributes
            ),
            unit=self.unit,
            quote_type=self.quote_type,
            ladder=self.ladder,
            options=tuple(
                Axis(
                    name=Name(axis.name_zh, axis.name_en), values=tuple(Name(v.zh, v.en) for v in axis.values)
                )
                for axis in self.options
            ),
            skus=tuple(
                SkuAsk(
                    sku_code=sku.sku_code,
                    choice=sku.choice,
                    price_e4=sku.price_e4 if self.quote_type is QuoteType.sku_price else None,
                    ladder=sku.ladder or () if self.quote_type is QuoteType.sku_ladder else (),
                    stock=sku.stock,
                    weight_g=sku.weight_g,
                )
                for sku in self.skus
            ),
            moq=self.moq,
            lot=self.lot,
            mixable=self.mixable,
            sample_price_e4=self.sample_price_e4,
            origin_code6=self.origin_code6,
            weight_g=self.weight_g,
            length_mm=self.length_mm,
            width_mm=self.width_mm,
            height_mm=self.height_mm,
            promise_hours=self.promise_hours,
            freight_code=self.freight_code,
            pictures=tuple(picture_ids[name] for name in self.pictures if name in picture_ids),
            source=self.source,
            dropship=self.dropship,
            customisation=self.customisation,
        )
