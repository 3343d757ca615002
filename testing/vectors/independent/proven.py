"""B-11, B-13: the records that are proven in the state."""

from forms import decoded
from keys import kid_of, raw_key
from records import DEVICE_RECORD, ENTITLEMENT, HEAD, POLICY
from refusal import require
from state import require_state, state_key


def class_records(device, part):
    """B-11: head, policy and the authors by kid."""
    require(part["head"] != b"", "bundle/class-unknown")
    class_name = device["className"]
    values = {state_key("head", class_name): part["head"], state_key("policy", class_name): part["policy"]}
    authors, last = {}, ""
    for key_bytes, entitlement in part["authors"]:
        key = raw_key(key_bytes)
        kid = kid_of(key)
        require(kid > last, "bundle/surplus", "order of authors")
        values[state_key("entitlement", kid, class_name)] = entitlement
        authors[kid] = {"key": key, "entitlement": decoded(ENTITLEMENT, entitlement)}
        last = kid
    require_state(part["entry"]["root"], values, part["shape"], part["hashes"])
    return decoded(HEAD, part["head"]), decoded(POLICY, part["policy"]), authors


def device_record(device, policy, own, state_root):
    """B-13."""
    if "targeted" not in policy:
        require(own["record"] is None and not own["empty"], "bundle/surplus")
        return None
    require(own["record"] is not None, "bundle/device-record")
    data, shape, proof = own["record"]
    require_state(state_root, {state_key("device", device["id"]): data}, shape, proof)
    found = decoded(DEVICE_RECORD, data)
    fits = found["status"] == "active" and found["className"] == device["className"]
    require(fits and kid_of(found["key"]) == device["id"], "bundle/device-record")
    return found
