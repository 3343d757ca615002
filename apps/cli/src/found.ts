import { randomBytes } from "node:crypto";
import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { signTrust } from "@firmament/agents/signing";
import { canonicalBytes } from "@firmament/core/codec";
import type { Signer } from "@firmament/core/keys";
import { type ConsortiumPolicy, encodeGenesis, firstTrust, type GenesisBody, ledgerOf } from "@firmament/core/registry";
import { quorumOf } from "@firmament/core/trust";
import {
  generateKey,
  nodeCrypto,
  passphraseFromEnvironment,
  softwareSigner,
  type StoredKey,
  writeKeyFile,
} from "@firmament/crypto";
import { refuse as refuseHome } from "@firmament/server";
import type { ActorName, Home, Network } from "@firmament/server/home";

const DAY = 86_400;

/** A consortium that is to be founded on one machine. */
export interface Founding {
  readonly domain: string;
  readonly name: string;
  /** First: vendor and author. Second: operator of the register and the retrieval agent. All approve. */
  readonly organisations: readonly string[];
  readonly network: Network;
  /** Seconds since 1970. */
  readonly time: number;
  /** Seconds after which a last entry is stale. */
  readonly freshness: number;
}

/** Keys of each actor: which purposes lie in its file, and by which algorithm. */
const ACTORS: Readonly<Record<ActorName, Readonly<Record<string, "ES256" | "EdDSA" | "RS384">>>> = {
  admin: { transaction: "ES256" },
  approver: { transaction: "ES256" },
  author: { manifest: "EdDSA" },
  "author-agent": { transaction: "EdDSA" },
  node: { cosigner: "EdDSA", transaction: "EdDSA" },
  "register-agent": { token: "RS384", transaction: "EdDSA" },
};

function actorsOf(index: number): readonly ActorName[] {
  const everyone: ActorName[] = ["admin", "approver", "node"];
  if (index === 0) return [...everyone, "author", "author-agent"];
  return index === 1 ? [...everyone, "register-agent"] : everyone;
}

/** A signer that founding made, and whose it is. */
export interface FoundedActor {
  readonly organisation: string;
  readonly actor: ActorName;
  readonly purpose: string;
  readonly signer: Signer;
}

interface FoundingKeys {
  readonly name: string;
  readonly actors: readonly FoundedActor[];
  readonly root: Signer;
  readonly admin: Signer;
  readonly cosigner: Signer;
}

async function newKeys(actor: Readonly<Record<string, "ES256" | "EdDSA" | "RS384">>): Promise<readonly StoredKey[]> {
  const entries = Object.entries(actor);
  return Promise.all(entries.map(async ([purpose, algorithm]) => ({ key: await generateKey(algorithm), purpose })));
}

async function writeKeys(path: string, keys: readonly StoredKey[], passphrase: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeKeyFile(path, keys, passphrase);
}

function signerIn(keys: readonly StoredKey[], purpose: string): Signer {
  const found = keys.find((each) => each.purpose === purpose);
  if (found === undefined) throw new Error(`there is no ${purpose} key`);
  return softwareSigner(found.key);
}

/** Makes all keys of one organisation; the root key lies apart, to be carried away. */
async function foundOrganisation(
  home: Home,
  name: string,
  index: number,
  passphrase: Uint8Array,
): Promise<FoundingKeys> {
  const made = new Map<ActorName, readonly StoredKey[]>();
  for (const actor of actorsOf(index)) made.set(actor, await newKeys(ACTORS[actor]));
  const root = await newKeys({ root: "EdDSA" });
  const files = [...made].map(([actor, keys]) => writeKeys(home.keyFile(name, actor), keys, passphrase));
  await Promise.all([...files, writeKeys(home.rootKeyFile(name), root, passphrase)]);
  const actors = [...made].flatMap(([actor, keys]) =>
    keys.map(({ key, purpose }) => ({ actor, organisation: name, purpose, signer: softwareSigner(key) })),
  );
  return {
    name,
    actors,
    root: signerIn(root, "root"),
    admin: signerIn(made.get("admin") ?? [], "transaction"),
    cosigner: signerIn(made.get("node") ?? [], "cosigner"),
  };
}

/** What a small consortium starts with: two receipts, one approval and a day of freshness as the floor. */
export function startingPolicy(faults: number, freshness: number): ConsortiumPolicy {
  return {
    faults,
    floor: { algorithms: ["ES256", "EdDSA", "RS384"], approvals: 1, cosignatures: 1, freshness: 30 * DAY, receipts: 1 },
    freshness,
    grant: 1800,
    hold: 3 * DAY,
    sequenceTolerance: 600_000,
    version: 1,
  };
}

async function signGenesis(founding: Founding, members: readonly FoundingKeys[]): Promise<Uint8Array> {
  const faults = Math.floor((members.length - 1) / 3);
  const threshold = quorumOf(members.length, faults);
  const organisations = members.map(({ cosigner, name, root }) => {
    if (cosigner.key.kty !== "OKP") throw new TypeError("a cosigner key is Ed25519");
    return { cosigners: [{ key: cosigner.key, until: founding.time + 730 * DAY }], name, root: root.key };
  });
  const body: GenesisBody = {
    clock: "block",
    domain: founding.domain,
    name: founding.name,
    organisations: members.map(({ admin, name }) => ({ admin: admin.key, name })),
    policy: startingPolicy(faults, founding.freshness),
    rules: 1,
    time: founding.time,
    trust: {
      consistency: false,
      faults,
      freshness: founding.freshness,
      organisations,
      rootThreshold: threshold,
      threshold,
    },
    type: "firmament-genesis/v1",
  };
  const bytes = canonicalBytes(body);
  const document = firstTrust(body, ledgerOf(nodeCrypto, bytes, body));
  const signatures = await Promise.all(members.map(({ root }) => signTrust(nodeCrypto, root, document)));
  signatures.sort((a, b) => (a.kid < b.kid ? -1 : 1));
  return encodeGenesis(bytes, { document, signatures });
}

/** Makes a passphrase file of its own for a home where the environment names none. */
export async function ensurePassphrase(path: string): Promise<void> {
  if (process.env["FIRMAMENT_PASSPHRASE_FILE"] !== undefined) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  await chmod(path, 0o600);
  process.env["FIRMAMENT_PASSPHRASE_FILE"] = path;
}

/**
 * Founds a consortium on one machine: every organisation's keys, the genesis signed by all of them, the addresses.
 *
 * @returns the actors' signers, for a process that goes on to act for them; root keys are not among them
 * @throws Refusal `home/exists`, `passphrase/…`
 */
export async function found(home: Home, founding: Founding): Promise<readonly FoundedActor[]> {
  const exists = await stat(home.genesisFile).then(
    () => true,
    () => false,
  );
  if (exists) throw refuseHome("home/exists", home.genesisFile);
  const passphrase = await passphraseFromEnvironment();
  const members = await Promise.all(
    founding.organisations.map((name, index) => foundOrganisation(home, name, index, passphrase)),
  );
  members.sort((a, b) => (a.name < b.name ? -1 : 1));
  await writeFile(home.networkFile, `${JSON.stringify(founding.network, null, 2)}\n`);
  await writeFile(home.genesisFile, await signGenesis(founding, members), { flag: "wx" });
  return members.flatMap((member) => member.actors);
}
