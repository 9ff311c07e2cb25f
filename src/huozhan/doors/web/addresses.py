"""The address book: province, city and county one after the other, also without JavaScript."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import parties
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.places import city_of, province_of
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.parties import AddressView

HOME_COUNTRY = "CN"
COUNTRIES = (
    "CN",
    "HK",
    "MO",
    "TW",
    "GB",
    "DE",
    "FR",
    "NL",
    "ES",
    "IT",
    "PL",
    "US",
    "CA",
    "AU",
    "JP",
    "KR",
    "SG",
    "MY",
    "TH",
    "VN",
    "AE",
)
_FIELDS = (
    "address_id",
    "label",
    "country",
    "division_code",
    "region",
    "city",
    "postcode",
    "receiver",
    "phone",
    "street",
    "is_default",
)

Req = Request[Any, Any, Any]
Typed = Mapping[str, Any]


@get("/addresses", include_in_schema=False)
async def addresses(request: Req) -> Response[Any]:
    """The book, and a form for one more, or for the one that is edited."""
    book = await forms.ask(request, parties.addresses)
    edited = request.query_params.get("edit", "")
    typed = {"next": request.query_params.get("next", ""), "country": HOME_COUNTRY}
    if edited:
        typed |= _as_typed(next((one for one in book if one.address_id == edited), None))
    return await _page(request, typed, book=book)


def _as_typed(address: AddressView | None) -> dict[str, Any]:
    """An address as its form holds it; what is sealed must be typed again."""
    if address is None:
        raise NotFound
    code = address.division_code
    return {
        "address_id": address.address_id,
        "label": address.label,
        "country": address.country,
        "province_code": province_of(code),
        "city_code": city_of(code),
        "division_code": code,
        "region": "" if code else address.province,
        "city": "" if code else address.city,
        "postcode": address.postcode,
        "is_default": "1" if address.is_default else "",
    }


async def _page(
    request: Req, typed: Typed, *, book: list[AddressView] | None = None, refused: Refusal | None = None
) -> Response[Any]:
    province, city = str(typed.get("province_code", "")), str(typed.get("city_code", ""))
    provinces = await forms.ask(request, parties.divisions)
    cities = await forms.ask(request, parties.divisions, parent=province) if province else []
    if city not in {one.code6 for one in cities}:
        city = ""
    counties = [one for one in cities if not one.has_parts]
    if city:
        counties = await forms.ask(request, parties.divisions, parent=city)
    return showing.show(
        request,
        "web/addresses.html",
        "address.title",
        page={"section": "me"},
        refused=refused,
        typed=typed,
        book=book if book is not None else await forms.ask(request, parties.addresses),
        countries=COUNTRIES,
        provinces=provinces,
        cities=[one for one in cities if one.has_parts],
        counties=counties,
    )


@post("/addresses", include_in_schema=False)
async def save_address(request: Req) -> Response[Any]:
    """Saves an address; with `step` only the next list of places is shown."""
    form = await forms.read_form(request)
    if form.get("step"):
        return await _page(request, form.values)
    try:
        await forms.ask(request, parties.save_address, **forms.fields_of(form, _FIELDS))
    except Refusal as refusal:
        return await _page(request, form.values, refused=refusal)
    return forms.see(forms.safe_path(form.get("next"), "/addresses"))


@post("/addresses/{address_id:str}/default", include_in_schema=False)
async def set_default_address(request: Req, address_id: FromPath[str]) -> Response[Any]:
    """Makes it the one that checkout offers first."""
    await forms.read_form(request)
    await forms.ask(request, parties.set_default_address, address_id=address_id)
    return forms.see("/addresses")


@post("/addresses/{address_id:str}/remove", include_in_schema=False)
async def remove_address(request: Req, address_id: FromPath[str]) -> Response[Any]:
    """Removes it; orders keep the copy they were placed with."""
    await forms.read_form(request)
    await forms.ask(request, parties.remove_address, address_id=address_id)
    return forms.see("/addresses")


@post("/addresses/{address_id:str}/reveal", include_in_schema=False)
async def reveal_address(request: Req, address_id: FromPath[str]) -> Response[Any]:
    """Shows it in plain, on record."""
    form = await forms.read_form(request)
    plain = await forms.ask(request, parties.reveal_address, address_id=address_id, reason=form.get("reason"))
    return showing.show(
        request, "web/address_plain.html", "address.title", page={"section": "me"}, plain=plain
    )


ROUTES = [addresses, save_address, set_default_address, remove_address, reveal_address]
