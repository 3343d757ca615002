"""C-2: deterministic CBOR."""

from canonical import MAX_INTEGER
from refusal import require
from texts import utf8


def decode_cbor(data, max_bytes=1_048_576, max_depth=6, max_items=65_536):
    require(len(data) <= max_bytes, "codec/too-large")
    items = 0

    def argument(at):
        short = data[at] & 31
        if short < 24:
            return short, at + 1
        require(short <= 27, "codec/cbor")
        size = 1 << (short - 24)
        value = int.from_bytes(data[at + 1 : at + 1 + size], "big")
        least = {1: 24, 2: 2**8, 4: 2**16, 8: 2**32}[size]
        require(at + 1 + size <= len(data) and least <= value <= MAX_INTEGER, "codec/cbor")
        return value, at + 1 + size

    def item(at, depth):
        nonlocal items
        items += 1
        require(items <= max_items, "codec/too-large")
        require(depth <= max_depth, "codec/too-deep")
        require(at < len(data), "codec/cbor")
        kind = data[at] >> 5
        require(kind in (0, 2, 3, 4), "codec/cbor")
        value, at = argument(at)
        if kind == 0:
            return value, at
        if kind == 4:
            found = []
            for _ in range(value):
                each, at = item(at, depth + 1)
                found.append(each)
            return found, at
        require(at + value <= len(data), "codec/cbor")
        content = data[at : at + value]
        return (content if kind == 2 else utf8(content)), at + value

    found, end = item(0, 0)
    require(end == len(data), "codec/cbor")
    return found
