"""What programs that gather pages may read: goods, shops and categories, and nothing that is somebody's own."""

from typing import Any

from litestar import Request, Response, get

from huozhan.doors.hall import Hall

_CLOSED = (
    "/account", "/addresses", "/api/", "/cart", "/checkout", "/console", "/desk", "/events", "/hooks", "/me", "/notices",
    "/orders", "/organisation", "/pay", "/preferences", "/search/suggest",
)  # fmt: skip
_KEPT_SECONDS = 86_400


@get("/robots.txt", include_in_schema=False)
async def robots(request: Request[Any, Any, Any]) -> Response[str]:
    """Where they need not go; pages that are private say so themselves as well."""
    hall: Hall = request.app.state.hall
    # A demo's goods and firms are made up: nobody shall find them as if they were for sale.
    closed = ("/",) if hall.terms.is_demo else _CLOSED
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    if not hall.terms.is_demo:
        lines += ["", f"Sitemap: {hall.settings.url}/sitemap.xml"]
    return Response(
        "\n".join(lines) + "\n",
        media_type="text/plain; charset=utf-8",
        headers={"cache-control": f"max-age={_KEPT_SECONDS}"},
    )


ROUTES = [robots]
