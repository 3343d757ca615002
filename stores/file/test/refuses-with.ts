import assert from "node:assert/strict";
import { Refusal } from "@firmament/core/errors";

/** Asserts that the work is refused with this code. */
export async function refusesWith(code: string, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof Refusal, `not a refusal: ${String(error)}`);
    assert.equal(error.code, code);
    return true;
  });
}
