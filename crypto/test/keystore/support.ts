import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** A fresh directory that goes with the test. */
export async function directoryFor(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "firmament-keystore-"));
  t.after(async () => {
    await rm(path, { recursive: true });
  });
  return path;
}
