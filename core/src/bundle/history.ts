import { equal, fromBase64url } from "../bytes/index.ts";
import { Refusal } from "../errors/index.ts";
import type { Crypto } from "../keys/index.ts";
import { assertConsistency, assertInclusion, entryHash } from "../log/index.ts";
import type { TrustDocument } from "../trust/index.ts";
import type { Device } from "./device.ts";
import { refuse } from "./errors.ts";
import type { ClassPart } from "./format.ts";

/** Cuts a byte string into 32-byte hashes. */
export function hashList(path: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: path.length / 32 }, (_, i) => path.subarray(32 * i, 32 * i + 32));
}

/**
 * The bundle's ledger is the device's, or the one that the trust root names as its successor (PROTOCOL B-5).
 *
 * @returns whether the device stays on its ledger
 */
export function assertLedger(device: Device, trust: TrustDocument, origin: string): boolean {
  let here: string | undefined = device.ledger;
  for (let hops = 0; here !== undefined && hops <= trust.ledgers.length; hops++) {
    const accepted = trust.ledgers.find((ledger) => ledger.id === here);
    if (accepted !== undefined && here === origin) return hops === 0;
    here = accepted?.successor;
  }
  throw refuse("bundle/ledger", `Got ${origin}, the device is on ${device.ledger}.`);
}

/** The last entry is in the tree, and it is the last (PROTOCOL B-8). */
export function assertLastEntry(crypto: Crypto, part: ClassPart): void {
  if (part.size < 1) throw refuse("bundle/entry-not-last", "The log is empty.");
  const leaf = entryHash(crypto, { ...part.entry, ledger: part.origin });
  try {
    assertInclusion(crypto, {
      index: part.size - 1,
      size: part.size,
      leaf,
      path: hashList(part.inclusion),
      root: part.root,
    });
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw refuse("bundle/entry-not-last", `See entry ${part.size - 1}.`, { cause });
  }
}

function assertEarlier(crypto: Crypto, part: ClassPart): void {
  let before = 0;
  for (const { path, root, size } of part.consistency) {
    if (size <= before || size >= part.size) throw refuse("bundle/surplus", `A consistency proof from ${size}.`);
    assertConsistency(crypto, { from: size, fromRoot: root, path: hashList(path), to: part.size, toRoot: part.root });
    before = size;
  }
}

/** The checkpoint extends what the device saw last (PROTOCOL B-6). */
export function assertForward(
  crypto: Crypto,
  device: Device,
  trust: TrustDocument,
  part: ClassPart,
  sameLedger: boolean,
): void {
  if (!trust.consistency && part.consistency.length > 0) throw refuse("bundle/surplus", "Consistency proofs.");
  assertEarlier(crypto, part);
  const { seen } = device;
  if (!sameLedger || seen.size === 0) return;
  if (part.size < seen.size) throw refuse("bundle/checkpoint-older", `Got ${part.size}, seen ${seen.size}.`);
  const root = fromBase64url(seen.root);
  if (part.size === seen.size) {
    if (!equal(part.root, root)) throw refuse("bundle/checkpoint-fork", `At size ${part.size}.`);
    return;
  }
  if (!trust.consistency) return;
  const found = part.consistency.find((each) => each.size === seen.size);
  if (found === undefined) throw refuse("bundle/consistency-missing", `From ${seen.size} to ${part.size}.`);
  if (!equal(found.root, root)) throw refuse("bundle/checkpoint-fork", `At size ${seen.size}.`);
}
