import assert from "node:assert/strict";
import type { codecErrors } from "@firmament/core/codec";
import type { trustErrors } from "@firmament/core/trust";

export function assertRefuses(
  code: keyof (typeof trustErrors & typeof codecErrors),
  action: () => unknown,
  about?: string,
): void {
  assert.throws(action, { name: "Refusal", code }, about);
}
