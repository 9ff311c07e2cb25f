"""A device that came in by a sign-in name before. Its tries are counted apart, so that strangers who guess at the name
put up a wall for themselves and not for its owner.

The token is a nonce and a keyed hash of it with the name: nothing is stored, and it opens no door.
"""

import hmac
from typing import Annotated

import msgspec

from huozhan.kernel.crypto import new_token
from huozhan.kernel.work import Work
from huozhan.parties.sign_in_name import SignInName

DeviceToken = Annotated[str, msgspec.Meta(max_length=160)]


def tell_device(work: Work, name: SignInName) -> str:
    """A token for a device from which the owner of a name just proved to be it."""
    nonce = new_token()
    return f"{nonce}.{_mark(work, nonce, name)}"


def is_known_device(work: Work, name: SignInName, token: str) -> bool:
    """Tells whether this name was proven from the device that holds the token."""
    nonce, _, mark = token.partition(".")
    return hmac.compare_digest(mark.encode(), _mark(work, nonce, name).encode())


def _mark(work: Work, nonce: str, name: SignInName) -> str:
    return work.keyring.fingerprint(f"{nonce}:{name.text}", field="known_device").hex()
