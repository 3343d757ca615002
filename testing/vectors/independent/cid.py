"""F-1: content ids."""

import re

from forms import text
from refusal import require

CID_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def cid(value):
    """F-1; codec and digest of a content id."""
    text(1, 128)(value)
    require(re.fullmatch("b[a-z2-7]*", value), "cid/text", value)
    bits = "".join(f"{CID_ALPHABET.index(each):05b}" for each in value[1:])
    whole = len(bits) // 8 * 8
    require(len(bits) - whole < 5 and "1" not in bits[whole:], "cid/text", value)
    found = bytes(int(bits[at : at + 8], 2) for at in range(0, whole, 8))
    require(found[:1] == b"\x01", "cid/version", value)
    require(found[1:2] in (b"\x55", b"\x70"), "cid/codec", value)
    require(found[2:4] == b"\x12\x20" and len(found) == 36, "cid/hash", value)
    return found[1], found[4:].hex()
