"""O-1, O-2: the log's tree."""

from digests import sha256
from refusal import require


def node(left, right):
    return sha256(b"\x01", left, right)


def included(leaf, index, size, proof, root):
    """RFC 9162 section 2.1.3.2."""
    at, last, found = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node(each, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, each)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def require_consistent(old_size, old_root, size, root, proof):
    """RFC 9162 section 2.1.4.2."""
    require(1 <= old_size < size, "log/consistency-range")
    path = ([old_root] if old_size & (old_size - 1) == 0 else []) + proof
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    require(path, "log/consistency-length")
    old = new = path[0]
    for each in path[1:]:
        require(last > 0, "log/consistency-length")
        if at & 1 or at == last:
            old, new = node(each, old), node(each, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node(new, each)
        at, last = at >> 1, last >> 1
    require(last == 0, "log/consistency-length")
    require(old == old_root, "log/consistency-old-root")
    require(new == root, "log/consistency-new-root")
