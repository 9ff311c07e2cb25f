"""The organisation: who belongs to it and may do what, and its application to sell."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import parties
from huozhan.doors.entrance import SESSION_COOKIE
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import Form
from huozhan.doors.pages.places import province_names
from huozhan.doors.web import kept
from huozhan.doors.web.addresses import COUNTRIES
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import UseCase
from huozhan.parties import Role

_APPLY_FIELDS = (
    "uscc", "name_zh", "name_en", "supplier_kind", "province_code", "city_code", "belt_zh", "belt_en", "about_zh", "about_en",
    "since_on", "contact", "phone",
)  # fmt: skip

Req = Request[Any, Any, Any]
Typed = Mapping[str, str]


@get("/organisation", include_in_schema=False)
async def organisation(request: Req) -> Response[Any]:
    """The organisation at hand."""
    return await _page(request)


async def _page(request: Req, typed: Typed | None = None, refused: Refusal | None = None) -> Response[Any]:
    shown = await forms.ask(request, parties.organisation)
    return showing.show(
        request,
        "web/organisation.html",
        "org.title",
        page={"section": "me"},
        refused=refused,
        typed=typed,
        org=shown,
        others=[one for one in await forms.ask(request, parties.organisations) if not one.is_this],
        people=await forms.ask(request, parties.members),
        application=(await forms.ask(request, parties.my_application)).application,
        roles=list(Role),
        may=frozenset(shown.permissions),
    )


async def _do(request: Req, use_case: UseCase[Any, Any], form: Form, **fields: Any) -> Response[Any]:
    """Does one thing and shows the organisation again; a refusal is shown above it."""
    try:
        await forms.ask(request, use_case, **fields)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _page(request, form.values, refusal)
    return forms.see("/organisation")


@post("/organisation", include_in_schema=False)
async def edit_organisation(request: Req) -> Response[Any]:
    """Changes name and introduction."""
    form = await forms.read_form(request)
    names = ("name_zh", "name_en", "about_zh", "about_en")
    return await _do(request, parties.edit_organisation, form, **forms.fields_of(form, names))


@get("/organisation/new", include_in_schema=False)
async def new_organisation_form(request: Req) -> Response[Any]:
    """A form for founding one."""
    return _new_page(request, {"country": "CN", "next": request.query_params.get("next", "")})


@post("/organisation/new", include_in_schema=False)
async def found_organisation(request: Req) -> Response[Any]:
    """Founds an organisation and works for it from now on."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, parties.found_organisation, **forms.fields_of(form, ("name_zh", "name_en", "country"))
        )
    except Refusal as refusal:
        return _new_page(request, form.values, refusal)
    await kept.bring_along(request, request.scope["state"]["cookies"].get(SESSION_COOKIE, ""))
    return forms.see(forms.safe_path(form.get("next"), "/me"))


def _new_page(request: Req, typed: Typed, refused: Refusal | None = None) -> Response[Any]:
    request.scope["state"]["actor"].must("self")
    return showing.show(
        request, "web/organisation_new.html", "org.new", refused=refused, typed=typed, countries=COUNTRIES
    )


@post("/organisation/switch", include_in_schema=False)
async def switch_organisation(request: Req) -> Response[Any]:
    """Works for another of one's organisations."""
    form = await forms.read_form(request)
    await forms.ask(request, parties.switch_organisation, org_id=form.get("org_id"))
    showing.note_cart(request, 0)
    return forms.see("/me")


@post("/organisation/leave", include_in_schema=False)
async def leave_organisation(request: Req) -> Response[Any]:
    """Belongs to it no longer."""
    form = await forms.read_form(request)
    try:
        await forms.ask(request, parties.leave_organisation)
    except Refusal as refusal:
        return await _page(request, form.values, refusal)
    return forms.see("/me")


@post("/organisation/invite", include_in_schema=False)
async def invite_member(request: Req) -> Response[Any]:
    """Invites somebody by mail or SMS."""
    form = await forms.read_form(request)
    return await _do(
        request, parties.invite_member, form, sign_in_name=form.get("sign_in_name"), role=form.get("role")
    )


@post("/organisation/invitations/{invitation_id:str}/withdraw", include_in_schema=False)
async def withdraw_invitation(request: Req, invitation_id: FromPath[str]) -> Response[Any]:
    """Makes the link void."""
    form = await forms.read_form(request)
    return await _do(request, parties.withdraw_invitation, form, invitation_id=invitation_id)


@post("/organisation/members/{person_id:str}/role", include_in_schema=False)
async def change_role(request: Req, person_id: FromPath[str]) -> Response[Any]:
    """Gives a member another role."""
    form = await forms.read_form(request)
    return await _do(request, parties.change_role, form, person_id=person_id, role=form.get("role"))


@post("/organisation/members/{person_id:str}/remove", include_in_schema=False)
async def remove_member(request: Req, person_id: FromPath[str]) -> Response[Any]:
    """Removes a member."""
    form = await forms.read_form(request)
    return await _do(request, parties.remove_member, form, person_id=person_id)


@get("/organisation/apply", include_in_schema=False)
async def apply_form(request: Req) -> Response[Any]:
    """The form of an application to sell."""
    return await _apply_page(request, {})


async def _apply_page(request: Req, typed: Typed, refused: Refusal | None = None) -> Response[Any]:
    shown = await forms.ask(request, parties.organisation)
    lang, province = request.scope["state"]["lang"], typed.get("province_code", "")
    return showing.show(
        request,
        "web/apply.html",
        "org.apply",
        page={"section": "me"},
        refused=refused,
        typed=typed,
        org=shown,
        application=(await forms.ask(request, parties.my_application)).application,
        provinces=[{"value": code, "label": name} for code, name in province_names(lang).items()],
        cities=[
            {"value": one.code6, "label": one.name.say(lang)}
            for one in (await forms.ask(request, parties.divisions, parent=province) if province else [])
        ],
    )


@post("/organisation/apply", include_in_schema=False)
async def apply_to_sell(request: Req) -> Response[Any]:
    """Asks the market to let the organisation sell; with `step` only the list of cities is shown."""
    form = await forms.read_form(request)
    if form.get("step"):
        return await _apply_page(request, form.values)
    try:
        await forms.ask(request, parties.apply_to_sell, **forms.fields_of(form, _APPLY_FIELDS))
    except Refusal as refusal:
        return await _apply_page(request, form.values, refusal)
    return forms.see("/organisation")


@post("/organisation/apply/withdraw", include_in_schema=False)
async def withdraw_application(request: Req) -> Response[Any]:
    """Takes the application back."""
    form = await forms.read_form(request)
    return await _do(request, parties.withdraw_application, form, application_id=form.get("application_id"))


ROUTES = [
    organisation, edit_organisation, new_organisation_form, found_organisation, switch_organisation, leave_organisation,
    invite_member, withdraw_invitation, change_role, remove_member, apply_form, apply_to_sell, withdraw_application,
]  # fmt: skip
