import assert from "node:assert/strict";
import type { cryptoErrors, keystoreErrors } from "@firmament/crypto";

type Code =
  keyof typeof cryptoErrors | keyof typeof keystoreErrors | `codec/${string}` | `jws/${string}` | `keys/${string}`;

export function assertRefuses(code: Code, action: () => unknown, about?: string): void {
  assert.throws(action, { name: "Refusal", code }, about);
}

export async function assertRejects(code: Code, action: Promise<unknown>, about?: string): Promise<void> {
  await assert.rejects(action, { name: "Refusal", code }, about);
}

/** The error of an action, to look for secrets in; fails where there is none. */
export async function errorOf(action: () => unknown): Promise<Error> {
  try {
    await action();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  return assert.fail("nothing was thrown");
}
