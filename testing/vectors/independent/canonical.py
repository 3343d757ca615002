"""C-1, C-3: canonical JSON."""

import json
import re

from refusal import Refusal, require
from texts import utf8

MAX_INTEGER = 2**53 - 1


def canonical(value):
    def ordered(item):
        if isinstance(item, dict):
            return {name: ordered(item[name]) for name in sorted(item, key=lambda name: name.encode("utf-16-be"))}
        return [ordered(each) for each in item] if isinstance(item, list) else item

    return json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def require_plain(value):
    """C-1, for what JSON's grammar would allow."""
    if isinstance(value, (dict, list)):
        for each in value:
            require_plain(each if isinstance(value, list) else value[each])
        require(isinstance(value, list) or "__proto__" not in value, "codec/unknown-member", "__proto__")
        value = "".join(value) if isinstance(value, dict) else ""
    require(value is not None, "codec/type", "null")
    surrogate = isinstance(value, str) and re.search("[\ud800-\udfff]", value)
    require(not surrogate, "codec/value", "lone surrogate")


def depth_of(text):
    deepest = depth = 0
    for mark in re.findall(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text, re.S):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(mark, 0)
        deepest = max(deepest, depth)
    return deepest


def decode_json(data, max_bytes=65_536, max_depth=16):
    def integer(digits):
        require(len(digits) <= 17 and digits != "-0" and abs(int(digits)) <= MAX_INTEGER, "codec/number", digits[:20])
        return int(digits)

    def fraction(digits):
        found = float(digits)
        require(found.is_integer() and abs(found) <= MAX_INTEGER, "codec/number", digits[:20])
        return int(found)  # spelt another way, as the comparison below will say

    def constant(name):
        raise Refusal("codec/json", name)

    require(len(data) <= max_bytes, "codec/too-large")
    text = utf8(data)
    require(depth_of(text) <= max_depth, "codec/too-deep")
    try:
        value = json.loads(text, parse_int=integer, parse_float=fraction, parse_constant=constant)
    except (json.JSONDecodeError, RecursionError):
        raise Refusal("codec/json") from None
    require_plain(value)
    require(canonical(value) == data, "codec/not-canonical")
    return value
