import assert from "node:assert/strict";
import type { bytesErrors } from "@firmament/core/bytes";
import type { cidErrors } from "@firmament/core/cid";
import type { codecErrors } from "@firmament/core/codec";
import type { manifestErrors } from "@firmament/core/manifest";

export type ExpectedCode = keyof (typeof manifestErrors & typeof codecErrors & typeof cidErrors & typeof bytesErrors);

export function assertRefuses(code: ExpectedCode, action: () => unknown, about?: string): void {
  assert.throws(action, { name: "Refusal", code }, about);
}
