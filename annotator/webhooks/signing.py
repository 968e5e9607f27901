"""Signatures after the Standard Webhooks specification (standardwebhooks.com, "Signature scheme", symmetric).

A secret is derived from the server's key, so that neither the database nor a backup of it holds one.
"""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Sequence

SECRET_MARK = "whsec_"  # noqa: S105 (what every secret begins with)
SIGNATURE_VERSION = "v1"
# Of what a key is derived for: nothing else that the server's key signs can come out the same.
PURPOSE = b"stepmark.webhooks.secret.v1"


def derived_secret(*, server_key: str, endpoint: uuid.UUID, number: int) -> str:
    """The text that a receiver verifies with: 256 bits by HMAC-SHA256 of the endpoint and the number of its secret."""
    told = b"\0".join([PURPOSE, endpoint.bytes, str(number).encode()])
    key = hmac.new(server_key.encode(), told, hashlib.sha256).digest()
    return SECRET_MARK + base64.b64encode(key).decode()


def signature(*, secret: str, webhook_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, with the bytes that the secret stands for as key."""
    key = base64.b64decode(secret.removeprefix(SECRET_MARK), validate=True)
    content = f"{webhook_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return f"{SIGNATURE_VERSION},{base64.b64encode(digest).decode()}"


def signed_headers(*, secrets: Sequence[str], webhook_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What goes with the body. More than one secret while one follows another: any one signature that fits is enough."""
    signatures = [
        signature(secret=secret, webhook_id=webhook_id, timestamp=timestamp, body=body) for secret in secrets
    ]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
