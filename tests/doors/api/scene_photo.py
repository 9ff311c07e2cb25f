"""A visitor's photo to search by."""

import base64

from huozhan import search
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import anonymous

PHOTO = (
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAOklEQVRIie3WSwkAMBAD0coZ/yoiqyoKPTzYe2DJZ87q6R0CeVFcNEFLVUybZnBm"
    "MkMVAa+gY1/T9QUaNmA9WB3M+QAAAABJRU5ErkJggg=="
)
"""32 pixels of red, as PNG in base64."""


async def kept_photo(hall: Hall) -> str:
    """Keeps the photo and tells its id."""
    ask = search.KeepPhoto(base64.b64decode(PHOTO))
    return (await hall.run(search.keep_photo, ask, anonymous())).photo_id
