"""The access matrix of the pages: every page that can be opened × everybody who must not see another's things."""

import re
from typing import Any

import httpx
import pytest

from huozhan.doors import console, desk, live, web
from huozhan.doors.api.table import OPERATIONS
from huozhan.doors.app import make_app
from huozhan.kernel.refusals import TooMany
from tests.doors.api.calling import NOBODY, Api, Caller
from tests.doors.api.form_recipes import uploaded
from tests.doors.api.scene import PUBLIC_THINGS, Scene
from tests.doors.api.test_access import absent, leaks
from tests.doors.api.test_forms import POSTED

PAGES = sorted(
    {
        path
        for door in (web, desk, console)
        for handler in door.ROUTES
        if "GET" in handler.http_methods  # type: ignore[attr-defined]
        for path in handler.paths
    }
)
PRIVATE = {
    "/searches/{search_id:str}": "saved_search",
    "/watches/{watch_id:str}": "watch",
    "/paid/{payment_id:str}": "payment",
    "/assortments/{assortment_id:str}": "assortment",
    "/pay/{payment_id:str}": "payment",
    "/orders/{order_id:str}": "paid_order",
    "/orders/{order_id:str}/head": "paid_order",
    "/orders/{order_id:str}/aftersales": "sent_order",
    "/orders/{order_id:str}/reviews": "reviewed_order",
    "/cases/{case_id:str}": "case",
    "/cases/{case_id:str}/picture": "case",
    "/desk/cases/{case_id:str}": "case",
    "/orders/{order_id:str}/invoice": "received_order",
    "/invoices/{invoice_id:str}": "red_invoice",
    "/invoices/{invoice_id:str}/file": "red_invoice",
    "/desk/invoices/{invoice_id:str}": "red_invoice",
    "/console/tax-reports/{report_id:str}": "tax_report",
    "/desk/fee-invoices/{document_id:str}/file": "fee_invoice",
    "/console/disruptions/{suspension_id:str}": "approved",
    "/console/disruptions/{suspension_id:str}/edit": "draft",
    "/console/cases/{case_id:str}": "case_in_dispute",
    "/console/cases/{case_id:str}/picture": "case_in_dispute",
    "/desk/orders/{order_id:str}": "paid_order",
    "/desk/orders/{order_id:str}/waybills": "waybill_order",
    "/console/carriers/{carrier_id:str}": "carrier",
    "/messages/{conversation_id:str}": "conversation",
    "/messages/{conversation_id:str}/thread": "conversation",
    "/messages/{conversation_id:str}/picture": "conversation",
    "/console/reports/{report_id:str}": "report",
    "/desk/messages/{conversation_id:str}": "conversation",
    "/desk/messages/{conversation_id:str}/thread": "conversation",
    "/desk/messages/{conversation_id:str}/picture": "conversation",
    "/contracts/{contract_id:str}": "contract",
    "/contracts/{contract_id:str}/part": "contract",
    "/contracts/{contract_id:str}/file": "contract",
    "/contracts/{contract_id:str}/package": "contract",
    "/desk/contracts/{contract_id:str}": "contract",
    "/desk/contracts/{contract_id:str}/part": "contract",
    "/desk/contracts/{contract_id:str}/file": "contract",
    "/desk/contracts/{contract_id:str}/package": "contract",
    "/console/contracts/{contract_id:str}": "contract",
    "/console/contracts/{contract_id:str}/part": "contract",
    "/console/contracts/{contract_id:str}/file": "contract",
    "/credit/{agreement_id:str}": "agreement",
    "/prices/{book_id:str}": "contract_book",
    "/desk/prices/{book_id:str}": "given_book",
    "/desk/credit/{agreement_id:str}": "agreement",
    "/desk/offers/{offer_id:str}/edit": "own_offer",
    "/desk/stock/{offer_id:str}": "own_offer",
    "/desk/offers/{offer_id:str}/rank": "own_offer",
    "/desk/offers/{offer_id:str}/same": "own_offer",
    "/desk/funds/records/files/{export_id:str}": "sellers_file",
    "/money/records/files/{export_id:str}": "buyers_file",
    "/console/suppliers/{application_id:str}": "application",
    "/console/offers/{offer_id:str}": "own_offer",
    "/desk/import/{import_id:str}": "import",
    "/desk/import/{import_id:str}/progress": "import",
    "/desk/import/{import_id:str}/report": "import",
}
"""Pages of one private thing, and which thing of the scene it is."""
PUBLIC = {
    "/desk/prices/levels/{level:str}": "vip",
    "/categories/{category_id:str}": "aa-1-13-8",
    "/belts/{belt:str}": "义乌小商品",
    "/sitemap/offers/{start:str}": "=offer",
    "/shelves/{shelf_key:str}": "dropship",
    "/lists/{kind:str}": "hot",
    "/console/shelves/{shelf_key:str}": "dropship",
    "/offers/{offer_id:str}": "=offer",
    "/offers/{offer_id:str}/also": "=offer",
    "/offers/{offer_id:str}/alike": "=offer",
    "/offers/{offer_id:str}/reviews": "=offer",
    "/offers/{offer_id:str}/landed": "=offer",
    "/reviews/{review_id:str}/picture": "=review",
    "/offers/{offer_id:str}/same": "=offer",
    "/reviews/{review_id:str}/report": "=review",
    "/search/photo/{photo_id:str}": "=photo",
    "/search/photo/{photo_id:str}/file": "=photo",
    "/shops/{org_id:str}": "=seller_org",
    "/reset/{token:str}": "t" * 43,
    "/invitations/{token:str}": "t" * 43,
    "/first-operator/{token:str}": "t" * 43,
    "/console/rules/{code:str}": "pay_close.spot",
    "/console/synonyms/{group_id:str}": "1",
    "/console/same/{offer_id:str}": "=offer",
}
QUERIES = {
    "/reviews/{review_id:str}/picture": "picture=00000000000000000000000000000009",
    "/invoices/{invoice_id:str}/file": "format=pdf",
    "/desk/fee-invoices/{document_id:str}/file": "format=pdf",
    "/console/carrier-bills": "state=all",
    "/statements": "sha256=" + "0" * 64,
    "/contracts/check": "sha256=" + "0" * 64,
    "/contracts/{contract_id:str}/file": "version_no=1&kind=paper",
    "/contracts/{contract_id:str}/package": "package_id=@package",
    "/desk/contracts/{contract_id:str}/file": "version_no=1&kind=english",
    "/desk/contracts/{contract_id:str}/package": "package_id=@package",
    "/console/contracts/{contract_id:str}/file": "version_no=1&kind=text",
    "/console/ledger/account": "code=105&owner_id=0",
    "/prove": "name=li%40example.cn",
    "/pay": "order=@open_order",
    "/messages/new": "about=order:@paid_order",
    "/desk/messages/new": "about=order:@paid_order",
    "/messages/{conversation_id:str}/picture": "picture=00000000000000000000000000000008",
    "/desk/messages/{conversation_id:str}/picture": "picture=00000000000000000000000000000008",
    "/search/suggest": "q=cup",
    "/desk/offers/{offer_id:str}/rank": "q=cup",
    "/cases/{case_id:str}/picture": "picture=00000000000000000000000000000007",
    "/console/cases/{case_id:str}/picture": "picture=00000000000000000000000000000007",
}
LISTS_OF_GOODS = {"/sitemap.xml", "/sitemap/offers/{start:str}"}
"""They name goods that anybody may buy by their ids, also goods that the scene counts as one seller's own."""
OWNERS = {"/desk": "chenguang", "/console": "operator"}
NO_LONGER = (
    "/invitations/{token:str}",
    "/reset/{token:str}",
    "/first-operator/{token:str}",
    "/paid/{payment_id:str}",
    "/desk/contracts/{contract_id:str}/package",
    "/cases/{case_id:str}/picture",
    "/messages/{conversation_id:str}/picture",
    "/desk/messages/{conversation_id:str}/picture",
    "/console/cases/{case_id:str}/picture",
    "/reviews/{review_id:str}/picture",
)
"""Pages that need what the scene does not have: a link that still works, a picture that was hung up."""


def _address(scene: Scene, page: str, things: dict[str, str]) -> str:
    value = things[PRIVATE[page]] if page in PRIVATE else PUBLIC.get(page, "")
    value = scene.things[value[1:]] if value.startswith("=") else value
    query = re.sub(r"@(\w+)", lambda name: things[name[1]], QUERIES.get(page, ""))
    return re.sub(r"\{[^}]*\}", value, page) + (f"?{query}" if query else "")


def _told(answer: httpx.Response, things: dict[str, str]) -> tuple[int, str, str]:
    """What a page tells, apart from the ids that were asked for, this call's number and the form's tokens."""
    text = re.sub(r"[0-9a-f]{16,}|name=\"(csrf|form_key)\" value=\"[^\"]*\"", "", answer.text)
    location = answer.headers.get("location", "")
    for value in sorted(set(things.values()), key=len, reverse=True):
        text, location = text.replace(value, "…"), location.replace(value, "…")
    return answer.status_code, location, text


def test_every_page_of_one_thing_says_which_thing() -> None:
    assert [page for page in PAGES if "{" in page and page not in PRIVATE.keys() | PUBLIC.keys()] == []


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_shows_its_owner_and_tells_nobody_else(api: Api, scene: Scene, page: str) -> None:
    owner = next((name for start, name in OWNERS.items() if page.startswith(start)), "li")
    if PRIVATE.get(page) == "import":
        await uploaded(scene)
    things = scene.things
    missing = absent(things) | {name: scene.things[name] for name in PUBLIC_THINGS}
    address = _address(scene, page, things)
    strangers = {
        "anonymous": NOBODY,
        "foreign_buyer": scene.caller("foreign_buyer"),
        "foreign_seller": scene.caller("foreign_seller"),
        "ex_member": scene.caller(f"{owner}_gone"),
        "newcomer": scene.caller("newcomer"),
    }
    for name, stranger in strangers.items():
        answer = await _open(api, stranger, address)
        assert answer.status_code < 500, f"{name}: {answer.text[-400:]}"
        if page not in LISTS_OF_GOODS:
            assert leaks(answer, scene, address) == [], f"{name} at {address}: {answer.status_code}"
        if page in PRIVATE:
            nothing = await _open(api, stranger, _address(scene, page, missing))
            assert _told(answer, things) == _told(nothing, missing), f"{name} at {address}"
            assert answer.status_code != 200, f"{name} at {address}"
        elif page.startswith(tuple(OWNERS)) and name in ("anonymous", "ex_member", "newcomer"):
            assert answer.status_code in (303, 403), f"{name} at {address}"
    viewer = await _open(api, scene.caller(f"{owner}_viewer"), address)
    assert viewer.status_code < 500, viewer.text[-400:]
    shown = await _open(api, scene.caller(owner), address)
    if page not in NO_LONGER:
        assert shown.status_code in (200, 303), f"{address}: {shown.status_code} {shown.text[-600:]}"


async def _open(api: Api, caller: Caller, address: str) -> httpx.Response:
    headers: dict[str, Any] = {**caller.headers, "accept-encoding": "identity"}
    return await api.client.get(address, headers=headers)


async def test_a_page_that_is_nowhere_says_so_in_words(api: Api) -> None:
    answer = await api.client.get("/nowhere", headers={"accept-language": "en"})

    assert answer.status_code == 404
    assert "Not found" in answer.text


OUTSIDE_THE_MATRIX = {
    "/health/live", "/health/ready", "/metrics", "/events", "/static/{name:str}", "/media/{shelf:str}/{name:str}",
    "/favicon.ico", "/hooks/channel", "/hooks/bank", "/hooks/carrier", "/hooks/waybills", "/hooks/lender", "/hooks/funder", "/hooks/tax", "/hooks/alipay", "/hooks/wechat-pay", "/api/v1/openapi.json",
}  # fmt: skip
"""What belongs to nobody, or is kept by a signature or an address; tested below and in `test_hooks`."""


def test_every_address_of_the_market_stands_in_a_matrix(api: Api) -> None:
    app: Any = make_app(api.hall)
    operations = {"/api/v1" + operation.path.replace("}", ":str}") for operation in OPERATIONS}
    served = {route.path for route in app.app.routes}

    assert served == OUTSIDE_THE_MATRIX | operations | set(PAGES) | set(POSTED)


async def test_figures_of_the_machine_are_told_to_this_machine_only(api: Api) -> None:
    for headers in ({"x-forwarded-for": "127.0.0.1"}, {"x-forwarded-for": ""}):
        assert (await api.client.get("/metrics", headers=headers)).status_code == 404
    assert (await api.client.get("/metrics")).status_code == 200


async def test_nobody_listens_who_belongs_to_no_organisation(api: Api, scene: Scene) -> None:
    for caller in (NOBODY, scene.caller("newcomer"), scene.caller("li_gone")):
        answer = await _open(api, caller, "/events")
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"].startswith("/sign-in")


async def test_who_may_no_longer_listen_hears_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "ASK_AGAIN_SECONDS", 0.0)
    listeners, allowed = live.Listeners(), [True, False]

    async def still_may() -> bool:
        return allowed.pop(0)

    told = live.stream(listeners, 7, still_may)
    await anext(told)
    for about in ("41", "42"):
        listeners.tell(f"7:{about}")
    heard = [message.data async for message in told]

    assert heard == ["41"]


def test_one_organisation_does_not_take_all_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LISTENERS_OF_ONE_MAX", 1)
    listeners = live.Listeners()
    with listeners.listening(7):
        listeners.must_have_room(8)
        with pytest.raises(TooMany):
            listeners.must_have_room(7)


def test_a_page_hears_first_what_happened_since_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    listeners = live.Listeners()
    listeners.tell("7:41,8:42,7:43,7:41")
    with listeners.listening(7) as queue:
        listeners.tell("7:44")
        heard = [queue.get_nowait() for _ in range(queue.qsize())]
    monkeypatch.setattr(live, "RECENT_SECONDS", -1.0)
    with listeners.listening(7) as late:
        assert late.empty()

    assert heard == ["41", "43", "44"]


def test_a_page_hears_at_most_what_one_who_keeps_up_is_kept() -> None:
    listeners = live.Listeners()
    listeners.tell(",".join(f"7:{about}" for about in range(live.WAITING_MAX + 5)))

    with listeners.listening(7) as queue:
        assert queue.get_nowait() == "5"
