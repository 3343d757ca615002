"""B-5 to B-10: the checks on ledger, history, cosigners and time."""

from canonical import canonical
from digests import sha256
from forms import DIGEST256, LEDGER, SECONDS, integer, record
from keys import is_true
from log import included, require_consistent
from refusal import Refusal, require
from texts import b64url, unbase64
from trust import note_key_id


def require_ledger(device, trust, origin):
    """B-5; whether the device changes ledger."""
    ledgers = {each["id"]: each.get("successor") for each in trust["ledgers"]}
    at = device["ledger"]
    for hops in range(len(ledgers) + 1):
        if at in ledgers and at == origin:
            return hops > 0
        at = ledgers.get(at)
    raise Refusal("bundle/ledger")


def require_history(device, trust, part, moved):
    """B-6."""
    require(trust["consistency"] or not part["consistency"], "bundle/surplus")
    last = 0
    for size, root, proof in part["consistency"]:
        require(last < size < part["size"], "bundle/surplus")
        require_consistent(size, root, part["size"], part["root"], proof)
        last = size
    seen = device["seen"]
    if moved or seen["size"] == 0:
        return
    seen_root = unbase64(seen["root"])
    require(part["size"] >= seen["size"], "bundle/checkpoint-older")
    if part["size"] == seen["size"]:
        require(part["root"] == seen_root, "bundle/checkpoint-fork")
    elif trust["consistency"]:
        proven = {size: root for size, root, _ in part["consistency"]}
        require(seen["size"] in proven, "bundle/consistency-missing")
        require(proven[seen["size"]] == seen_root, "bundle/checkpoint-fork")


def require_quorum(trust, entry_time, signatures, false_code):
    """B-7.1 for (note key id, time, signature, message)."""
    cosigners = {
        note_key_id(member["name"], cosigner["key"]): (member["name"], cosigner)
        for member in trust["organisations"]
        for cosigner in member["cosigners"]
    }
    last, organisations = b"", set()
    for key_id, time, signature, message in signatures:
        require(key_id in cosigners, "bundle/cosigner-unknown", key_id.hex())
        organisation, cosigner = cosigners[key_id]
        require(key_id > last and organisation not in organisations, "bundle/cosigner-twice", key_id.hex())
        require(max(time, entry_time) <= cosigner["until"], "bundle/delegation-expired", organisation)
        require(is_true(cosigner["key"], message, signature), false_code, organisation)
        last = key_id
        organisations.add(organisation)


def require_cosigned(trust, part, checkpoint):
    """B-7."""
    signed = [
        (key_id, time, signature, f"cosignature/v1\ntime {time}\n{checkpoint}".encode())
        for key_id, time, signature in part["cosignatures"]
    ]
    require_quorum(trust, part["entry"]["time"], signed, "bundle/cosignature")
    require(len(signed) >= trust["threshold"], "bundle/cosignatures-few")


def require_exact_quorum(trust, policy, part):
    """B-12."""
    needed = max(trust["threshold"], policy["cosignatures"])
    require(len(part["cosignatures"]) >= needed, "bundle/cosignatures-few")
    require(len(part["cosignatures"]) == needed, "bundle/surplus", "cosignatures")


def require_nonces(device, trust, part, own, checkpoint):
    """B-9."""
    if device["clock"] != "none":
        require(not own["nonces"], "bundle/surplus", "nonces")
        return
    require("nonce" in device and len(own["nonces"]) == trust["threshold"], "bundle/nonce")
    message = f"firmament-nonce/v1\n{device['nonce']}\n{checkpoint}".encode()
    signed = [(key_id, 0, signature, message) for key_id, signature in own["nonces"]]
    require_quorum(trust, part["entry"]["time"], signed, "bundle/nonce")


ENTRY = record(
    {
        "ledger": LEDGER,
        "outcome": DIGEST256,
        "root": DIGEST256,
        "rules": integer(1),
        "time": SECONDS,
        "transaction": DIGEST256,
        "trust": integer(1),
    }
)


def require_last_entry(part):
    """B-8."""
    texts = {name: b64url(value) for name, value in part["entry"].items() if isinstance(value, bytes)}
    entry = {**part["entry"], **texts, "ledger": part["origin"]}
    ENTRY(entry)
    leaf, size = sha256(b"\x00", canonical(entry)), part["size"]
    require(size >= 1 and included(leaf, size - 1, size, part["inclusion"], part["root"]), "bundle/entry-not-last")


def require_fresh(device, time, now, limit):
    """B-10."""
    seen = device["seen"]["time"]
    require(time >= seen, "bundle/entry-back")
    if device["clock"] == "none":
        return
    require(device["clock"] != "trusted" or time <= now + 300, "bundle/entry-future")
    require(max(now, seen) - time <= limit, "bundle/entry-stale")
