"""B-2: the device document."""

from forms import (
    DIGEST256,
    DIGEST384,
    LEDGER,
    NAME,
    SCHEME,
    SECONDS,
    array,
    base64url_of,
    decoded,
    integer,
    one_of,
    record,
    set_of,
    text,
)
from keys import jwk
from versions import version_key

NAMES = set_of(NAME, 1, 8)
DEVICE = record(
    {
        "authors": array(jwk, 1, 8),
        "className": NAME,
        "clock": one_of("monotonic", "none", "trusted"),
        "counter": integer(),
        "formats": NAMES,
        "groups": set_of(NAME, 0, 16),
        "id": DIGEST256,
        "installed": record(
            {"sequence": integer(), "version": text()}, {"manifestDigest": DIGEST384, "release": DIGEST256}
        ),
        "inventory": array(record({"className": NAME, "version": text(), "versions": SCHEME})),
        "ledger": LEDGER,
        "safeState": set_of(text(), 0, 8),
        "seen": record({"root": DIGEST256, "size": integer(), "time": SECONDS}),
        "storageLocations": NAMES,
        "trust": record({"digest": DIGEST256, "version": integer(1)}),
        "type": one_of("firmament-device/v1"),
        "vendor": NAME,
        "versions": SCHEME,
        "wrappers": NAMES,
    },
    {"nonce": base64url_of(16, 32)},
)


def decode_device(data):
    device = decoded(DEVICE, data, max_depth=4)
    version_key(device["versions"], device["installed"]["version"])
    return device
