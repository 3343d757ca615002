#!/usr/bin/env python3
"""A second verifier of Firmament's bundles, written from the text of docs/PROTOCOL.md.

It shares no code and no library with the first one: where both agree, the text was enough. A test runs it where Python
3.9 or newer and the package `cryptography` are present. Letters and numbers in comments are clauses of the text.

    verify.py bundle.cbor trust.json device.json --now SECONDS [--release ID]

prints the verdict (B-20) as JSON, or the code of the refusal. Exit status: 0 the bundle is accepted, 1 it is refused,
2 the call was wrong. Without arguments it answers cases from standard input, one a line: a JSON object with the members
bundle, trust, device, now, release (optional). A fault of this program ends it with a trace.
"""

import argparse
import base64
import json
import sys

sys.dont_write_bytecode = True

from bundle import decode_bundle
from decision import decide
from device import decode_device
from evidence import (
    require_cosigned,
    require_exact_quorum,
    require_fresh,
    require_history,
    require_last_entry,
    require_ledger,
    require_nonces,
)
from pin import pin_of
from proven import class_records, device_record
from refusal import Refusal, require
from releases import proven_releases
from texts import b64url
from trust import trust_chain


def require_evidence(device, trust, part, own, now):
    """Steps 3 to 9 of B-3."""
    require(part["entry"]["trust"] == trust["version"], "bundle/trust-version")
    moved = require_ledger(device, trust, part["origin"])
    require_history(device, trust, part, moved)
    checkpoint = f"{part['origin']}\n{part['size']}\n{base64.b64encode(part['root']).decode()}\n"
    require_cosigned(trust, part, checkpoint)
    require_last_entry(part)
    require_fresh(device, part["entry"]["time"], now, trust["freshness"])
    require_nonces(device, trust, part, own, checkpoint)


def exposure_of(clock, limit):
    """B-10, as B-20 has it."""
    seconds = {"trusted": limit + 300, "monotonic": limit, "none": -(-limit // 2)}[clock]
    return {"seconds": seconds, "plusTimeOff": clock == "monotonic"}


def verify(bundle, device_document, now, wanted=None):
    """The verdict on a bundle; raises Refusal with the first check of B-3 that fails."""
    device = decode_device(device_document)
    part, own = decode_bundle(bundle)
    trust, trust_digest, restarted = trust_chain(device["trust"], part["chain"])
    if restarted:
        device["seen"] = {"root": b64url(bytes(32)), "size": 0, "time": 0}
        if device["clock"] == "monotonic":
            now = part["entry"]["time"]
    require_evidence(device, trust, part, own, now)
    time = part["entry"]["time"]
    head, policy, authors = class_records(device, part)
    limit = min(trust["freshness"], policy["freshness"])
    require_fresh(device, time, now, limit)
    require_exact_quorum(trust, policy, part)
    proven = device_record(device, policy, own, part["entry"]["root"])
    releases = proven_releases(device, part, head, policy, authors)
    decision_time = time if device["clock"] == "none" else max(now, time)
    groups = device["groups"] if proven is None else proven["groups"]
    stopped = {each["release"]: f"offer/{each['state'].lower()}" for each in head["stopped"]}
    seen = {"root": b64url(part["root"]), "size": part["size"], "time": time}
    trust_pin = {"digest": trust_digest, "version": trust["version"]}
    alarm = stopped.get(device["installed"].get("release"))
    return {
        **({} if alarm is None else {"alarm": alarm}),
        "decision": decide(device, groups, head, policy, releases, decision_time, wanted),
        "exposure": exposure_of(device["clock"], trust["freshness"] if device["clock"] == "none" else limit),
        "next": {"ledger": part["origin"], "trust": trust_pin, "seen": seen},
    }


def read(name):
    with open(name, "rb") as file:
        return file.read()


def answer(bundle, trust, device, now, release=None):
    """The verdict on files, or the code of the refusal."""
    given = read(device)
    try:
        require(pin_of(read(trust)) == decode_device(given)["trust"], "trust/pinned", "trust.json is not the pin")
        return verify(read(bundle), given, now, release)
    except Refusal as refusal:
        return {"code": refusal.code, "detail": str(refusal)}


def main():
    if len(sys.argv) == 1:
        for case in sys.stdin:
            print(json.dumps(answer(**json.loads(case))))
        return 0
    parser = argparse.ArgumentParser(description="Verifies a Firmament bundle.")
    parser.add_argument("bundle")
    parser.add_argument("trust")
    parser.add_argument("device")
    parser.add_argument("--now", type=int, required=True, help="seconds since 1970")
    parser.add_argument("--release", help="id of the release that is at hand")
    found = answer(**vars(parser.parse_args()))
    print(json.dumps(found))
    return 1 if "code" in found else 0


if __name__ == "__main__":
    sys.exit(main())
