import {
  base64urlOf,
  type Decoded,
  decodeCanonical,
  digest256,
  digest384,
  idName,
  integer,
  list,
  object,
  oneOf,
  seconds,
  text,
  textSet,
} from "../codec/index.ts";
import { publicKey } from "../keys/index.ts";
import { assertVersion } from "../manifest/index.ts";
import { ledgerId } from "../log/index.ts";

const pin = object({ digest: digest256, version: integer(1) });
const seen = object({ root: digest256, size: integer(0), time: seconds });
const installed = object(
  { sequence: integer(0), version: text({ max: 64 }) },
  { manifestDigest: digest384, release: digest256 },
);
const part = object({ className: idName, version: text({ max: 64 }), versions: oneOf("integer", "semver") });

const device = object(
  {
    authors: list(publicKey, { min: 1, max: 8 }),
    className: idName,
    clock: oneOf("monotonic", "none", "trusted"),
    counter: integer(0),
    formats: textSet(idName, { min: 1, max: 8 }),
    groups: textSet(idName, { max: 16 }),
    id: digest256,
    installed,
    inventory: list(part, { max: 64 }),
    ledger: ledgerId,
    safeState: textSet(text({ max: 64 }), { max: 8 }),
    seen,
    storageLocations: textSet(idName, { min: 1, max: 8 }),
    trust: pin,
    type: oneOf("firmament-device/v1"),
    vendor: idName,
    versions: oneOf("integer", "semver"),
    wrappers: textSet(idName, { min: 1, max: 8 }),
  },
  { nonce: base64urlOf(16, 32) },
);

/**
 * All that a device brings to a verification (PROTOCOL B-2): what it was made with (id, class, vendor, author
 * keys, ledger, clock) and the few bytes that change (trust pin, newest checkpoint seen, what is installed,
 * rollback counter).
 */
export type Device = Decoded<typeof device>;

/** @throws Refusal `codec/…`, `keys/…` */
export function decodeDevice(bytes: Uint8Array): Device {
  const found = device(decodeCanonical(bytes, { maxBytes: 65_536, maxDepth: 4 }), "device");
  assertVersion(found.versions, found.installed.version);
  return found;
}
