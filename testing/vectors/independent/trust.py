"""R-1 to R-6: trust roots and their chain."""

from canonical import canonical, decode_json
from digests import sha256
from forms import COUNT, DIGEST256, LEDGER, ORGANISATION, SECONDS, array, integer, one_of, record
from keys import algorithm_of, is_true, jwk, kid_of
from refusal import require
from texts import b64url, unbase64


def ed25519_jwk(value):
    jwk(value)
    require(value["kty"] == "OKP", "trust/cosigner-key")


COSIGNER = record({"key": ed25519_jwk, "until": SECONDS})
MEMBER = record({"cosigners": array(COSIGNER, 1, 4), "name": ORGANISATION, "root": jwk})
TRUST = record(
    {
        "consistency": one_of(True, False),
        "faults": integer(0, 63),
        "freshness": integer(60, 31_536_000),
        "ledgers": array(record({"id": LEDGER}, {"successor": LEDGER}), 1, 8, rising=lambda each: each["id"]),
        "organisations": array(MEMBER, 1, 64, rising=lambda each: each["name"]),
        "rootThreshold": COUNT,
        "threshold": COUNT,
        "type": one_of("firmament-trust/v1"),
        "version": integer(1, 256),
    },
    {"genesis": DIGEST256, "previous": DIGEST256, "restart": one_of(True)},
)


def note_key_id(name, key):
    return sha256(name.encode(), b"\n\x04", unbase64(key["x"]))[:4]


def decode_trust(data):
    trust = decode_json(data, 65_536, 8)
    TRUST(trust)
    first = trust["version"] == 1
    require(("genesis" in trust) == first and ("previous" in trust) != first, "trust/version")
    members = trust["organisations"]
    quorum = (len(members) + trust["faults"]) // 2 + 1
    for each in (trust["threshold"], trust["rootThreshold"]):
        require(quorum <= each <= len(members), "trust/threshold")
    kids = [kid_of(each["root"]) for each in members]
    kids += [kid_of(cosigner["key"]) for each in members for cosigner in each["cosigners"]]
    notes = [note_key_id(each["name"], cosigner["key"]) for each in members for cosigner in each["cosigners"]]
    require(len(set(kids)) == len(kids) and len(set(notes)) == len(notes), "trust/duplicate-key")
    return trust


def root_keys(trust):
    return {kid_of(each["root"]): each["root"] for each in trust["organisations"]}


def trust_step(before, before_digest, data, signatures):
    """R-5."""
    trust = decode_trust(data)
    require(trust["version"] == (before["version"] if before else 0) + 1, "trust/version")
    require(trust.get("previous") == before_digest, "trust/previous")
    new, old = root_keys(trust), root_keys(before) if before else {}
    known, last = {**old, **new}, ""
    for kid, signature in ((b64url(kid), signature) for kid, signature in signatures):
        require(kid in known and kid > last, "trust/signature", kid)
        header = canonical({"alg": algorithm_of(known[kid]), "kid": kid, "typ": "firmament-trust+json"})
        signed = f"{b64url(header)}.{b64url(data)}".encode()
        require(is_true(known[kid], signed, signature), "trust/signature", kid)
        last = kid
    signers = {b64url(kid) for kid, _ in signatures}
    require(before is None or len(signers & set(old)) >= before["rootThreshold"], "trust/old-quorum")
    require(len(signers & set(new)) >= trust["rootThreshold"], "trust/new-quorum")
    return trust


def trust_chain(pin, steps):
    """R-6, R-9; the trust root in force, its digest, and whether the device forgets what it saw."""
    require(1 <= len(steps) <= 256, "trust/version")
    require(len(steps) >= pin["version"], "trust/behind")
    trust, digest, restarted = None, None, False
    for data, signatures in steps:
        trust = trust_step(trust, digest, data, signatures)
        digest = b64url(sha256(data))
        require(trust["version"] != pin["version"] or digest == pin["digest"], "trust/pinned")
        restarted = restarted or (trust["version"] > pin["version"] and "restart" in trust)
    return trust, digest, restarted
