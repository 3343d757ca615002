import assert from "node:assert/strict";
import { type bundleErrors, type Decision, type Device, type Verdict, verifyBundle } from "@firmament/core/bundle";
import type { codecErrors } from "@firmament/core/codec";
import { Refusal } from "@firmament/core/errors";
import type { logErrors } from "@firmament/core/log";
import type { manifestErrors } from "@firmament/core/manifest";
import type { stateErrors } from "@firmament/core/state";
import type { trustErrors } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";

export type Code = keyof (typeof bundleErrors &
  typeof codecErrors &
  typeof logErrors &
  typeof manifestErrors &
  typeof stateErrors &
  typeof trustErrors);

/** What a device is given, and what it brings. */
export interface Given {
  readonly bytes: Uint8Array;
  readonly device: Device;
  readonly now: number;
  readonly wanted?: string;
}

export function verdictOf({ bytes, device, now, wanted }: Given): Verdict {
  return verifyBundle(bytes, { crypto: nodeCrypto, device, now, ...(wanted === undefined ? {} : { wanted }) });
}

/** Asserts that the whole bundle is refused with this code. */
export function assertRefused(code: Code, given: Given): void {
  assert.throws(() => verdictOf(given), { code, name: "Refusal" });
}

/** Asserts that the bundle is accepted and its release is not taken, with this code. */
export function assertDeclined(code: Code, given: Given): void {
  const { decision } = verdictOf(given);
  assert.equal(decision.action === "refuse" ? decision.refusal.code : decision.action, code);
}

export function assertCurrent(given: Given): void {
  assert.equal(verdictOf(given).decision.action, "current");
}

/** Asserts that the device installs this version. */
export function assertInstalls(version: string, given: Given): Extract<Decision, { action: "install" }> {
  const { decision } = verdictOf(given);
  if (decision.action === "refuse") throw decision.refusal;
  assert.ok(decision.action === "install");
  assert.equal(decision.manifest.versionID, version);
  return decision;
}

/** What became of altered bytes: the code of their refusal. @throws where they were accepted, or for a fault */
export function refusalOf(given: Given): string {
  let action: string;
  try {
    ({ action } = verdictOf(given).decision);
  } catch (cause) {
    if (cause instanceof Refusal) return cause.code;
    throw cause;
  }
  throw new assert.AssertionError({ message: `altered bytes were accepted: ${action}` });
}
