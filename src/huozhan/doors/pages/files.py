"""Static files of the product and the pictures of the market; both are named by their content, so they keep for a year."""

import gzip
import hashlib
import mimetypes
import re
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from litestar import Request, Response, get
from litestar.handlers import BaseRouteHandler

from huozhan import catalogue
from huozhan.doors.hall import Hall
from huozhan.kernel.refusals import NotFound

FOREVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=300"
_PICTURE_NAME = re.compile(r"^[0-9a-f]{2}/[0-9a-f]{32}-[0-9]{2,4}\.webp$")


class _Static(NamedTuple):
    """A static file as it is, packed for who takes it so, and by its short digest."""

    content: bytes
    packed: bytes
    media_type: str
    digest: str


@cache
def _static_files() -> dict[str, _Static]:
    """Static files by name; packed once, as hard as it goes."""
    found = {}
    for file in (resources.files("huozhan") / "static").iterdir():
        if file.is_file() and not file.name.endswith(".md"):
            content = file.read_bytes()
            media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            packed = gzip.compress(content, mtime=0)
            found[file.name] = _Static(content, packed, media_type, hashlib.sha256(content).hexdigest()[:10])
    return found


def asset_address(name: str) -> str:
    """The address of a static file, which changes with its content."""
    return f"/static/{name}?v={_static_files()[name].digest}"


def picture_address(picture: str, side: int) -> str:
    """The address of a picture in one of its sizes, by the id that goods carry."""
    return f"/media/{catalogue.picture_name(picture, side)}"


@get("/static/{name:str}", include_in_schema=False)
async def static_file(request: Request[Any, Any, Any], name: str) -> Response[bytes]:
    """One static file."""
    found = _static_files().get(name)
    if found is None:
        raise NotFound
    keeps = FOREVER if request.query_params.get("v") == found.digest else A_WHILE
    headers = {"cache-control": keeps, "etag": f'"{found.digest}"', "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            found.packed, media_type=found.media_type, headers={**headers, "content-encoding": "gzip"}
        )
    return Response(found.content, media_type=found.media_type, headers=headers)


@get("/media/{shelf:str}/{name:str}", include_in_schema=False)
async def picture(request: Request[Any, Any, Any], shelf: str, name: str) -> Response[bytes]:
    """One picture in one size; its name is the hash of its content."""
    hall: Hall = request.app.state.hall
    if not _PICTURE_NAME.match(f"{shelf}/{name}"):
        raise NotFound
    file = hall.settings.pictures / shelf / name
    if not file.is_file():
        raise NotFound
    return Response(file.read_bytes(), media_type="image/webp", headers={"cache-control": FOREVER})


@get("/favicon.ico", include_in_schema=False)
async def favicon() -> Response[bytes]:
    """The market's mark."""
    mark = _static_files()["favicon.svg"]
    return Response(mark.content, media_type=mark.media_type, headers={"cache-control": A_WHILE})


ROUTES: list[BaseRouteHandler] = [static_file, picture, favicon]
