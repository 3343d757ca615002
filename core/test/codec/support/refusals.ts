import assert from "node:assert/strict";
import type { bytesErrors } from "@firmament/core/bytes";
import type { codecErrors } from "@firmament/core/codec";
import { Refusal } from "@firmament/core/errors";

export type ExpectedCode = keyof typeof bytesErrors | keyof typeof codecErrors;

export function assertRefuses(code: ExpectedCode, action: () => unknown, about?: string): void {
  assert.throws(action, { name: "Refusal", code }, about);
}

/** What `action` returns, or undefined where it refuses; anything else that it throws passes through. */
export function accepted<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
