import { refuseContent } from "./errors.ts";
import type { ContentExpectation, StoredContent } from "./port.ts";

/**
 * Compares content with what was announced for it.
 *
 * @throws Refusal `content/size-mismatch`, `content/digest-mismatch`, `content/cid-mismatch`
 */
export function assertExpected(found: StoredContent, expected: ContentExpectation): void {
  if (found.size !== expected.size) {
    throw refuseContent("content/size-mismatch", `Got ${found.size} bytes instead of ${expected.size}.`);
  }
  for (const digest of ["sha256", "sha384"] as const) {
    if (expected[digest] !== undefined && found[digest] !== expected[digest]) {
      throw refuseContent("content/digest-mismatch", `Got ${digest} ${found[digest]}.`);
    }
  }
  if (found.cid !== expected.cid) throw refuseContent("content/cid-mismatch", `Got ${found.cid}.`);
}
