import assert from "node:assert/strict";
import { Refusal } from "@firmament/core/errors";

/** Asserts that the work is refused with this code, and gives the refusal. */
export async function refusesWith(code: string, work: Promise<unknown>): Promise<Refusal> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    assert.equal(error.code, code);
    return error;
  }
  return assert.fail(`nothing was refused, expected ${code}`);
}
