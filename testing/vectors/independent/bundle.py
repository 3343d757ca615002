"""B-1: the form of a bundle."""

from cbor import decode_cbor
from refusal import require


def shaped(value, form):
    """Checks CBOR against a form: a type, (bytes, length), [form] for an array, (form, …) for a tuple."""
    if form in (int, bytes, str):
        require(type(value) is form, "bundle/form")
    elif form == "hashes":
        require(type(value) is bytes and len(value) % 32 == 0, "bundle/form")
        return [value[at : at + 32] for at in range(0, len(value), 32)]
    elif isinstance(form, tuple) and form[0] == "bytes":
        require(type(value) is bytes and len(value) == form[1], "bundle/form")
    elif isinstance(form, list):
        require(isinstance(value, list), "bundle/form")
        return [shaped(each, form[0]) for each in value]
    else:
        require(isinstance(value, list) and len(value) == len(form), "bundle/form")
        return [shaped(each, part) for each, part in zip(value, form)]
    return value


B4, B32, B64 = ("bytes", 4), ("bytes", 32), ("bytes", 64)
CLASS_PART = (
    str,
    [(bytes, [(B32, bytes)])],
    int,
    B32,
    [(B4, int, B64)],
    (int, int, int, B32, B32, B32),
    "hashes",
    bytes,
    "hashes",
    bytes,
    bytes,
    [(bytes, bytes)],
    [(bytes, bytes, bytes, int)],
    [(int, B32, "hashes")],
)


def decode_bundle(data):
    """The class part and the device part by the names of their members."""
    outer = decode_cbor(data)
    require(isinstance(outer, list) and len(outer) == 3 and outer[0] == "firmament-bundle/v1", "bundle/form")
    names = ["origin", "chain", "size", "root", "cosignatures", "entry", "inclusion", "shape", "hashes", "head"]
    names += ["policy", "authors", "releases", "consistency"]
    part = dict(zip(names, shaped(outer[1], CLASS_PART)))
    part["entry"] = dict(zip(["rules", "trust", "time", "transaction", "outcome", "root"], part["entry"]))
    own = {"record": None, "nonces": [], "empty": False}
    if outer[2] != []:
        require(isinstance(outer[2], list) and len(outer[2]) == 2, "bundle/form")
        if outer[2][0] != []:
            own["record"] = shaped(outer[2][0], (bytes, bytes, "hashes"))
        own["nonces"] = shaped(outer[2][1], [(B4, B64)])
        own["empty"] = own["record"] is None and not own["nonces"]
    return part, own
