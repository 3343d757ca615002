import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { utf8 } from "@firmament/core/bytes";
import { passphraseFromEnvironment } from "@firmament/crypto";
import { assertRejects, errorOf } from "../support/refusals.ts";
import { directoryFor } from "./support.ts";

async function fileWith(t: TestContext, content: string, mode = 0o600): Promise<Record<string, string>> {
  const path = join(await directoryFor(t), "passphrase");
  await writeFile(path, content);
  await chmod(path, mode);
  return { FIRMAMENT_PASSPHRASE_FILE: path };
}

test("the passphrase is the file's one line, without its line feed", async (t) => {
  for (const content of ["secret", "secret\n"]) {
    assert.deepEqual(await passphraseFromEnvironment(await fileWith(t, content)), utf8("secret"));
  }
  assert.deepEqual(await passphraseFromEnvironment(await fileWith(t, " sécret \n", 0o400)), utf8(" sécret "));
  assert.equal((await passphraseFromEnvironment(await fileWith(t, `${"a".repeat(1024)}\n`))).length, 1024);
});

test("a variable that is unset or names nothing is refused", async (t) => {
  await assertRejects("passphrase/unset", passphraseFromEnvironment({}));
  await assertRejects("passphrase/unset", passphraseFromEnvironment({ FIRMAMENT_PASSPHRASE_FILE: "" }));
  const directory = await directoryFor(t);
  const nowhere = { FIRMAMENT_PASSPHRASE_FILE: join(directory, "nowhere") };
  await assertRejects("passphrase/missing", passphraseFromEnvironment(nowhere));
  await assertRejects("passphrase/missing", passphraseFromEnvironment({ FIRMAMENT_PASSPHRASE_FILE: directory }));
});

test("a file that group or others have any right on is refused", async (t) => {
  for (const mode of [0o640, 0o604, 0o644, 0o660, 0o620]) {
    const environment = await fileWith(t, "secret", mode);
    await assertRejects("passphrase/permissions", passphraseFromEnvironment(environment), mode.toString(8));
  }
});

test("a file without a passphrase, with several lines or too long is refused, and never shown", async (t) => {
  for (const content of [
    "",
    "\n",
    "secret\nsecret",
    "secret\n\n",
    "s".repeat(1025),
    `${"s".repeat(1025)}\n`,
    "s".repeat(9999),
  ]) {
    const environment = await fileWith(t, content);
    await assertRejects("passphrase/empty", passphraseFromEnvironment(environment), JSON.stringify(content));
    const error = await errorOf(async () => passphraseFromEnvironment(environment));
    assert.ok(!`${error.stack}`.includes("secret"));
  }
});
