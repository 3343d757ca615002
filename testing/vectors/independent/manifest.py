"""M-1 to M-4: manifests."""

import hashlib

from cid import cid
from forms import NAME, SEQUENCE, array, decoded, hexadecimal, integer, line, one_of, record, text
from refusal import require
from texts import unbase64

SIZE = integer(1, 2**36)
DIGESTS = {"sha256": hexadecimal(32), "sha384": hexadecimal(48), "size": SIZE}
MANIFEST = record(
    {
        "classID": NAME,
        "dependencies": array(record({"classID": NAME, "versionID": text()}), 0, 32),
        "encryptionWrapper": record({"scheme": NAME}, {"value": text(1, 8192)}),
        "image": record(DIGESTS),
        "monotonicSequenceNumber": SEQUENCE,
        "payloadDigest": hexadecimal(48),
        "payloadFormat": NAME,
        "size": SIZE,
        "storageLocation": NAME,
        "versionID": text(),
    },
    {
        "additionalInstructions": line(1024),
        "manifestVersion": one_of(1),
        "payload": text(1, 1368),
        "payloadIndicator": array(line(512), 1, 8),
        "payloadProcessing": array(record({"algorithm": NAME}, {"parameters": line(1024)}), 1, 8),
        "stored": record({**DIGESTS, "cid": cid}),
        "vendorID": NAME,
    },
)


def decode_manifest(data):
    found = decoded(MANIFEST, data, max_bytes=16_384, max_depth=8)
    image, stored = found["image"], found.get("stored")
    require(found["payloadDigest"] == image["sha384"], "manifest/digest")
    require(found["size"] == image["size"], "manifest/size")
    require((stored is None) != ("payload" not in found), "manifest/stored")
    if stored is not None:
        codec, digest = cid(stored["cid"])
        single = stored["size"] <= 1_048_576
        require((codec, digest) == (0x55, stored["sha256"]) if single else codec == 0x70, "manifest/cid")
        if found["encryptionWrapper"]["scheme"] == "none" and "payloadProcessing" not in found:
            require({**image, "cid": stored["cid"]} == stored, "manifest/stored")
    else:
        payload = unbase64(found["payload"], "standard")
        require(len(payload) <= 1024 and len(payload) == image["size"], "manifest/inline")
        require(hashlib.sha384(payload).hexdigest() == image["sha384"], "manifest/digest")
    return found
