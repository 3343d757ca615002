import { toBase64url, utf8 } from "@firmament/core/bytes";
import type { Device } from "@firmament/core/bundle";
import type { PublicKey } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";

/** A device of class `sensor` that has nothing installed, with the given deviations. */
export function honestDevice(
  author: PublicKey,
  ledger: string,
  trust: Device["trust"],
  changes: Partial<Device>,
): Device {
  return {
    authors: [author],
    className: "sensor",
    clock: "trusted",
    counter: 0,
    formats: ["raw"],
    groups: [],
    id: toBase64url(nodeCrypto.sha256(utf8("a device"))),
    installed: { sequence: 0, version: "0.0.0" },
    inventory: [],
    ledger,
    safeState: [],
    seen: { root: toBase64url(new Uint8Array(32)), size: 0, time: 0 },
    storageLocations: ["slot"],
    trust,
    type: "firmament-device/v1",
    vendor: "acme",
    versions: "semver",
    wrappers: ["none"],
    ...changes,
  };
}
