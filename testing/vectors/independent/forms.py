"""C-4, Z-4 to Z-6: forms of JSON members. A form is a function that refuses a value or returns."""

import re

from canonical import MAX_INTEGER, decode_json
from refusal import Refusal, require
from texts import unbase64


def text(low=1, high=64, pattern=None):
    def decode(value):
        require(isinstance(value, str), "codec/type", value)
        fits = low <= len(value.encode("utf-16-le", "surrogatepass")) // 2 <= high
        require(fits and (pattern is None or re.fullmatch(pattern, value)), "codec/value", value)

    return decode


def line(high):
    return text(0, high, r"[^\x00-\x1f\x7f]*")


def integer(low=0, high=MAX_INTEGER):
    def decode(value):
        require(isinstance(value, int) and not isinstance(value, bool), "codec/type", value)
        require(low <= value <= high, "codec/value", value)

    return decode


def one_of(*allowed):
    def decode(value):
        require(any(type(value) is type(each) and value == each for each in allowed), "codec/value", value)

    return decode


def array(item, low=0, high=64, rising=None):
    """`rising` names the sort key; equal neighbours are refused with wrong order."""

    def decode(value):
        require(isinstance(value, list), "codec/type", value)
        require(low <= len(value) <= high, "codec/value", len(value))
        for each in value:
            item(each)
        if rising is not None:
            keys = [rising(each).encode("utf-16-be") for each in value]
            require(all(a < b for a, b in zip(keys, keys[1:])), "codec/value", "order")

    return decode


def set_of(item, low=0, high=64):
    return array(item, low, high, rising=lambda each: each)


def record(must, may=None):
    may = may or {}

    def decode(value):
        require(isinstance(value, dict), "codec/type", value)
        for name in value:
            require(name in must or name in may, "codec/unknown-member", name)
        for name in must:
            require(name in value, "codec/missing-member", name)
        for name, each in value.items():
            (must.get(name) or may[name])(each)

    return decode


def base64url_of(low, high):
    def decode(value):
        text(0, 100_000)(value)
        try:
            size = len(unbase64(value))
        except Refusal:
            raise Refusal("codec/value", value) from None
        require(low <= size <= high, "codec/value", value)

    return decode


def hexadecimal(size):
    return text(2 * size, 2 * size, "[0-9a-f]*")


NAME = text(1, 64, r"[A-Za-z0-9](?:[A-Za-z0-9._:-]*[A-Za-z0-9])?")
ORGANISATION = text(1, 64, r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
LEDGER = text(1, 120, r"[a-z0-9.-]+/[a-z0-9.-]+/[0-9a-f]{16}")
DIGEST256, DIGEST384, SIGNATURE = base64url_of(32, 32), base64url_of(48, 48), base64url_of(64, 512)
SECONDS, SEQUENCE = integer(0, 2**40 - 1), integer(1, 2**50 - 1)
COUNT = integer(1, 64)
ALGORITHMS = set_of(one_of("ES256", "EdDSA", "RS384"), 1, 3)
SCHEME = one_of("integer", "semver")
STATUS = one_of("active", "revoked")


def decoded(form, data, **limits):
    value = decode_json(data, **limits)
    form(value)
    return value
