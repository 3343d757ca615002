import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMember, type NewMember } from "@firmament/cli/ceremony";
import { passphraseFromEnvironment, readKeyFile } from "@firmament/crypto";
import { Home } from "@firmament/server/home";
import { START } from "../kit/index.ts";

/** A folder for homes, with a passphrase that the environment names until it is disposed. */
export async function homesFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "firmament-ceremony-"));
  await writeFile(join(path, "passphrase"), "of a test\n", { mode: 0o600 });
  process.env["FIRMAMENT_PASSPHRASE_FILE"] = join(path, "passphrase");
  return {
    path,
    async [Symbol.asyncDispose]() {
      delete process.env["FIRMAMENT_PASSPHRASE_FILE"];
      await rm(path, { force: true, recursive: true });
    },
  };
}

/** A founder at a loopback address of its own, with agents where it is the first or the second. */
export function founder(name: string, index: number): NewMember {
  const host = `127.0.0.${index + 1}`;
  const author = index === 0 ? { author: `https://${host}:4701/` } : {};
  const operator = index === 1 ? { register: `https://${host}:4702/`, retrieval: `https://${host}:4703/` } : {};
  const own = { ledger: `https://${host}:4700/`, node: `https://${host}:4704/`, peer: `${host}:26656` };
  return { addresses: { ...own, ...author, ...operator }, name, time: START + index, validator: true };
}

/** An organisation with a home of its own, and the member file that left it. */
export interface OwnHome {
  readonly name: string;
  readonly home: Home;
  readonly memberFile: Uint8Array;
}

/** Four organisations that made their keys, each in its own home. */
export async function fourHomes(folder: string): Promise<readonly OwnHome[]> {
  const names = ["alpha.example", "bravo.example", "charlie.example", "delta.example"];
  return Promise.all(
    names.map(async (name, i) => {
      const home = new Home(join(folder, name));
      return { home, memberFile: await createMember(home, founder(name, i)), name };
    }),
  );
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

const PEM = /-----BEGIN PRIVATE KEY-----\n([A-Za-z0-9+/=\n]+)-----END PRIVATE KEY-----/;

/** The bytes of every private key that lies in a home, in clear or encrypted. */
export async function secretsIn({ home }: OwnHome): Promise<readonly Buffer[]> {
  const passphrase = await passphraseFromEnvironment();
  const found: Buffer[] = [];
  for (const path of filesUnder(home.path)) {
    if (path.endsWith(".jwe"))
      for (const { key } of await readKeyFile(path, passphrase)) found.push(Buffer.from(key.d, "base64url"));
    const text = readFileSync(path, "utf8");
    const pem = PEM.exec(text)?.[1];
    if (pem !== undefined) found.push(Buffer.from(pem, "base64").subarray(36, 68));
    if (!path.endsWith("_key.json")) continue;
    const { priv_key } = JSON.parse(text) as { readonly priv_key: { readonly value: string } };
    found.push(Buffer.from(priv_key.value, "base64").subarray(0, 32));
  }
  return found;
}

/** Whether a text or file holds a secret, raw or in any of the usual spellings. */
export function holdsSecret(bytes: Uint8Array, secret: Buffer): boolean {
  const haystack = Buffer.from(bytes);
  const spellings = [
    secret,
    ...(["base64", "base64url", "hex"] as const).map((encoding) =>
      // The last characters depend on what stands behind the secret.
      Buffer.from(secret.toString(encoding).replace(/=+$/, "").slice(0, -2)),
    ),
  ];
  return spellings.some((spelling) => haystack.includes(spelling));
}
