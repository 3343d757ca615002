import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Signer } from "@firmament/core/keys";
import { generateKey, softwareSigner, type StoredKey, writeKeyFile } from "@firmament/crypto";
import type { ActorName, Home } from "@firmament/server/home";

type NewKeys = Readonly<Record<string, "ES256" | "EdDSA" | "RS384">>;

/** Keys of each actor: which purposes lie in its file, and by which algorithm. */
const ACTORS: Readonly<Record<ActorName, NewKeys>> = {
  admin: { transaction: "ES256" },
  approver: { transaction: "ES256" },
  author: { manifest: "EdDSA" },
  "author-agent": { transaction: "EdDSA" },
  node: { cosigner: "EdDSA", transaction: "EdDSA" },
  "register-agent": { token: "RS384", transaction: "EdDSA" },
};

/** Actors that every organisation has. */
export const EVERYONE: readonly ActorName[] = ["admin", "approver", "node"];

/** A signer that founding made, and whose it is. */
export interface FoundedActor {
  readonly organisation: string;
  readonly actor: ActorName;
  readonly purpose: string;
  readonly signer: Signer;
}

/** The keys of one organisation, as founding made them. */
export interface OrganisationKeys {
  readonly name: string;
  readonly actors: readonly FoundedActor[];
  readonly root: Signer;
  readonly admin: Signer;
  readonly cosigner: Signer;
}

async function newKeys(wanted: NewKeys): Promise<readonly StoredKey[]> {
  const entries = Object.entries(wanted);
  return Promise.all(entries.map(async ([purpose, algorithm]) => ({ key: await generateKey(algorithm), purpose })));
}

async function writeKeys(path: string, keys: readonly StoredKey[], passphrase: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeKeyFile(path, keys, passphrase);
}

// Where one fails, the others are done as well when this throws: nothing is written behind the caller's back.
async function all(writing: readonly Promise<void>[]): Promise<void> {
  for (const each of await Promise.allSettled(writing)) if (each.status === "rejected") throw each.reason;
}

function signerIn(keys: readonly StoredKey[], purpose: string): Signer {
  const found = keys.find((each) => each.purpose === purpose);
  if (found === undefined) throw new Error(`there is no ${purpose} key`);
  return softwareSigner(found.key);
}

/**
 * Makes the key files of one organisation's actors; the root key lies apart, to be carried away.
 *
 * @param actors {@link EVERYONE}, and those of the agents that it runs
 * @throws Refusal `keystore/exists`
 */
export async function makeKeys(
  home: Home,
  name: string,
  actors: readonly ActorName[],
  passphrase: Uint8Array,
): Promise<OrganisationKeys> {
  const made = new Map<ActorName, readonly StoredKey[]>();
  for (const actor of actors) made.set(actor, await newKeys(ACTORS[actor]));
  const root = await newKeys({ root: "EdDSA" });
  const files = [...made].map(([actor, keys]) => writeKeys(home.keyFile(name, actor), keys, passphrase));
  await all([...files, writeKeys(home.rootKeyFile(name), root, passphrase)]);
  const signers = [...made].flatMap(([actor, keys]) =>
    keys.map(({ key, purpose }) => ({ actor, organisation: name, purpose, signer: softwareSigner(key) })),
  );
  return {
    name,
    actors: signers,
    root: signerIn(root, "root"),
    admin: signerIn(made.get("admin") ?? [], "transaction"),
    cosigner: signerIn(made.get("node") ?? [], "cosigner"),
  };
}
