import assert from "node:assert/strict";
import { Refusal } from "@firmament/core/errors";

/** Asserts that the call is refused with this code. */
export function refusesWith(code: string, call: () => unknown): void {
  assert.throws(call, (error) => {
    assert.ok(error instanceof Refusal, `not a refusal: ${String(error)}`);
    assert.equal(error.code, code);
    return true;
  });
}
