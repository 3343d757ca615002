import { readSmallFile } from "./bounded-file.ts";
import { refuse } from "./errors.ts";

const maxPassphraseBytes = 1024;
const LINE_FEED = 0x0a;

/**
 * Reads the passphrase from the file that `FIRMAMENT_PASSPHRASE_FILE` names; one line feed at its end is not part
 * of it. A variable with the passphrase itself would show in process lists and crash reports.
 *
 * @throws Refusal `passphrase/unset`, `passphrase/missing`, `passphrase/permissions`, `passphrase/empty`
 */
export async function passphraseFromEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Uint8Array> {
  const path = environment["FIRMAMENT_PASSPHRASE_FILE"];
  if (path === undefined || path === "") throw refuse("passphrase/unset");
  const file = await readSmallFile(path, maxPassphraseBytes + 1);
  if (file === undefined) throw refuse("passphrase/missing", `See ${path}.`);
  if (file.isShared) throw refuse("passphrase/permissions", `See ${path}.`);
  const passphrase = file.bytes.at(-1) === LINE_FEED ? file.bytes.subarray(0, -1) : file.bytes;
  if (passphrase.length === 0 || passphrase.length > maxPassphraseBytes || passphrase.includes(LINE_FEED)) {
    throw refuse("passphrase/empty", `See ${path}.`);
  }
  return passphrase;
}
