"""Signatures of outgoing webhooks, as Svix makes them (reference: signing and retries).

Invariant: what is signed is the id, the instant of the try and the very bytes that are sent.
"""

import hmac
from base64 import b64decode, b64encode

SECRET_BYTES = 24
_PREFIX = "whsec_"


def secret_of(key: bytes) -> str:
    """A signing secret as its owner sees it."""
    return _PREFIX + b64encode(key).decode()


def signed_headers(secret: str, message_id: str, body: bytes, *, seconds: int) -> dict[str, str]:
    """The headers of one try; `seconds` is its instant since the epoch."""
    key = b64decode(secret.removeprefix(_PREFIX))
    signature = hmac.digest(key, b".".join((message_id.encode(), str(seconds).encode(), body)), "sha256")
    return {
        "svix-id": message_id,
        "svix-timestamp": str(seconds),
        "svix-signature": "v1," + b64encode(signature).decode(),
        "content-type": "application/json",
    }
