import assert from "node:assert/strict";
import { Refusal } from "@firmament/core/errors";
import type { logErrors } from "@firmament/core/log";

/** Codes that the log's tests may see: its own catalogue and those of the decoders below it. */
export type ExpectedCode = keyof typeof logErrors | `bytes/${string}` | `codec/${string}` | `keys/${string}`;

export function assertRefuses(code: ExpectedCode, action: () => unknown, about?: string): void {
  assert.throws(action, { name: "Refusal", code }, about);
}

/** The code of the refusal that `action` throws, or undefined where it throws nothing. */
export function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}
