import assert from "node:assert/strict";
import type { bytesErrors } from "@firmament/core/bytes";

export function assertRefuses(code: keyof typeof bytesErrors, action: () => unknown, about?: string): void {
  assert.throws(action, { name: "Refusal", code }, about);
}
