import { fromUtf8 } from "@firmament/core/bytes";
import { Refusal } from "@firmament/core/errors";
import { readSmallFile } from "./bounded-file.ts";
import { refuse } from "./errors.ts";
import { writePrivateFile } from "./private-file.ts";
import { maxKeyFileBytes, seal, unseal } from "./sealed.ts";
import { decodeKeys, encodeKeys, type StoredKey } from "./stored-key.ts";

/**
 * Writes an actor's keys into one encrypted file of mode 0600: a compact JWE of a JWK Set, so that one key
 * derivation opens all of them. Durable when the promise resolves.
 *
 * @throws Refusal `keystore/exists` unless `options.replace`; `keystore/purpose`, `passphrase/empty`
 */
export async function writeKeyFile(
  path: string,
  keys: readonly StoredKey[],
  passphrase: Uint8Array,
  options: { readonly replace?: boolean } = {},
): Promise<void> {
  if (passphrase.length === 0) throw refuse("passphrase/empty");
  const text = `${await seal(encodeKeys(keys), passphrase)}\n`;
  await writePrivateFile(path, text, options.replace ?? false);
}

function textOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes).replace(/\n$/, "");
  } catch (cause) {
    if (cause instanceof Refusal) throw refuse("keystore/damaged", "", { cause });
    throw cause;
  }
}

/**
 * Opens a key file.
 *
 * @throws Refusal `keystore/missing`, `keystore/too-large`, `keystore/damaged`, `keystore/too-costly`,
 *   `keystore/passphrase`; none holds a key or the passphrase
 */
export async function readKeyFile(path: string, passphrase: Uint8Array): Promise<readonly StoredKey[]> {
  const file = await readSmallFile(path, maxKeyFileBytes);
  if (file === undefined) throw refuse("keystore/missing", `See ${path}.`);
  if (file.bytes.length > maxKeyFileBytes) throw refuse("keystore/too-large", `The limit is ${maxKeyFileBytes} bytes.`);
  return decodeKeys(await unseal(textOf(file.bytes), passphrase));
}
