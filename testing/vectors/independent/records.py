"""S-2, P-1, H-1: the records that a bundle shows."""

from forms import (
    ALGORITHMS,
    COUNT,
    DIGEST256,
    DIGEST384,
    NAME,
    ORGANISATION,
    SECONDS,
    SEQUENCE,
    SIGNATURE,
    STATUS,
    array,
    integer,
    one_of,
    record,
    set_of,
    text,
)
from keys import jwk

ROLLOUT = record({"groups": set_of(NAME, 0, 16), "permille": integer(1, 1000), "salt": text(1, 32)})
LIVE = record(
    {"manifestDigest": DIGEST384, "release": DIGEST256, "sequence": SEQUENCE, "version": text()},
    {"heldUntil": SECONDS, "rollout": ROLLOUT},
)
STOPPED = record(
    {"release": DIGEST256, "sequence": SEQUENCE, "state": one_of("REVOKED", "WITHDRAWN"), "version": text()}
)
HEAD = record({"live": array(LIVE, 0, 8), "stopped": array(STOPPED, 0, 8)}, {"floor": SEQUENCE})
APPROVAL = record(
    {"count": COUNT, "role": one_of("approver", "auditor", "builder")}, {"organisations": set_of(ORGANISATION, 1, 64)}
)
WINDOW = record({"length": integer(1, 10_080), "start": integer(0, 10_079)})
POLICY = record(
    {
        "algorithms": ALGORITHMS,
        "approvals": array(APPROVAL, 1, 8),
        "cosignatures": COUNT,
        "freshness": integer(60, 31_536_000),
        "receipts": integer(0, 64),
        "version": integer(1),
    },
    {"safeState": set_of(text(), 1, 8), "targeted": one_of(True), "windows": array(WINDOW, 1, 16)},
)
ENTITLEMENT = record(
    {"status": STATUS, "vendor": NAME}, {"succeeds": record({"from": DIGEST256, "signature": SIGNATURE})}
)
DEVICE_RECORD = record(
    {"className": NAME, "groups": set_of(NAME, 0, 16), "key": jwk, "organisation": ORGANISATION, "status": STATUS}
)
