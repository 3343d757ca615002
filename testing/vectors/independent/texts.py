"""Z-2, Z-3: bytes as text."""

import base64
import binascii

from refusal import Refusal, require


def unbase64(text, alphabet="url"):
    """Z-2, Z-3: canonical base64url without, or base64 with padding."""
    try:
        if alphabet == "url":
            found = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
            same = b64url(found) == text
        else:
            found = base64.b64decode(text, validate=True)
            same = base64.b64encode(found).decode() == text
    except (binascii.Error, ValueError):
        raise Refusal("bytes/base64", text[:40]) from None
    require(same, "bytes/base64", text[:40])
    return found


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def utf8(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal("bytes/utf8") from None
