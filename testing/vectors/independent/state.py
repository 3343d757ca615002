"""T-1 to T-9: the state tree, for keys that are all present."""

from digests import sha256
from refusal import require


def state_key(table, *parts):
    """T-1, T-2: path and key hash."""
    encoded = bytes([len(table)]) + table.encode()
    for part in parts:
        encoded += len(part.encode()).to_bytes(2, "big") + part.encode()
    key_hash = sha256(b"\x02", encoded)
    if table in ("head", "policy", "entitlement"):
        return sha256(b"\x03", parts[-1].encode())[:8] + key_hash[:24], key_hash
    return key_hash, key_hash


def bit(path, depth):
    return path[depth // 8] >> (7 - depth % 8) & 1


def require_state(root, values, shape, proof):
    """T-6 for keys that are all present; `values` maps (path, key hash) to the value."""
    require(len(shape) <= 16_384 and 32 * len(proof) <= 528_384, "state/proof-size")
    require(1 <= len(values) <= 64, "state/proof-targets")
    marks, given = iter(shape), iter(proof)

    def take(source):
        found = next(source, None)
        require(found is not None, "state/proof-form")
        return found

    def walk(claims, above):
        if not claims:
            return take(given)
        depth = take(marks)
        if depth == 0xFF:
            require(len(claims) == 1, "state/proof-form")
            (path, key_hash), value = claims[0]
            return sha256(b"\x04", path, key_hash, sha256(value))
        require(depth > above, "state/proof-form")
        left = walk([each for each in claims if not bit(each[0][0], depth)], depth)
        right = walk([each for each in claims if bit(each[0][0], depth)], depth)
        return sha256(b"\x05", bytes([depth]), left, right)

    found = walk(list(values.items()), -1)
    require(next(marks, None) is None and next(given, None) is None, "state/proof-form")
    require(found == root, "state/proof-root")
