import assert from "node:assert/strict";
import type { codecErrors } from "@firmament/core/codec";
import type { jwsErrors } from "@firmament/core/jws";
import type { keysErrors } from "@firmament/core/keys";

type Code = keyof typeof codecErrors | keyof typeof keysErrors | keyof typeof jwsErrors | `bytes/${string}`;

export function assertRefuses(code: Code, action: () => unknown, about?: string): void {
  assert.throws(action, { name: "Refusal", code }, about);
}
