"""R-8: trust.json."""

from canonical import decode_json
from digests import sha256
from forms import DIGEST256, SIGNATURE, array, base64url_of, decoded, one_of, record
from texts import b64url, unbase64
from trust import decode_trust, trust_step

TRUST_HEADER = record(
    {"alg": one_of("ES256", "EdDSA", "RS384"), "kid": DIGEST256, "typ": one_of("firmament-trust+json")}
)
TRUST_FILE = record(
    {
        "payload": base64url_of(1, 65_536),
        "signatures": array(
            record({"protected": base64url_of(2, 1024), "signature": SIGNATURE}),
            1,
            128,
            rising=lambda each: each["protected"],
        ),
    }
)


def pin_of(data):
    """R-8: the pin that a trust.json makes; of a later version than the first its holder answers for the digest."""
    file = decode_json(data, 262_144, 4)
    TRUST_FILE(file)
    payload = unbase64(file["payload"])
    signatures = []
    for each in file["signatures"]:
        header = decoded(TRUST_HEADER, unbase64(each["protected"]), max_bytes=1024, max_depth=1)
        signatures.append((header["kid"], unbase64(each["signature"])))
    trust = decode_trust(payload)
    if trust["version"] == 1:
        trust_step(None, None, payload, [(unbase64(kid), signature) for kid, signature in sorted(signatures)])
    return {"digest": b64url(sha256(payload)), "version": trust["version"]}
