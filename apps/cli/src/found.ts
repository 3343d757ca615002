import { randomBytes } from "node:crypto";
import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { signTrust } from "@firmament/agents/signing";
import { canonicalBytes } from "@firmament/core/codec";
import { encodeGenesis, firstTrust, ledgerOf } from "@firmament/core/registry";
import { nodeCrypto, passphraseFromEnvironment } from "@firmament/crypto";
import { refuse as refuseHome } from "@firmament/server";
import { type EngineKeys, makeEngineKeys } from "@firmament/server/engine";
import type { ActorName, Home, Network } from "@firmament/server/home";
import { DELEGATION, type Founder, genesisBody } from "./ceremony/genesis-body.ts";
import { EVERYONE, type FoundedActor, makeKeys, type OrganisationKeys } from "./ceremony/organisation-keys.ts";

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

function actorsOf(index: number): readonly ActorName[] {
  if (index === 0) return [...EVERYONE, "author", "author-agent"];
  return index === 1 ? [...EVERYONE, "register-agent"] : EVERYONE;
}

interface MadeKeys extends OrganisationKeys {
  readonly engine: EngineKeys | undefined;
}

// An organisation whose engine has an address among the peers has an engine.
async function makeAllKeys(home: Home, founding: Founding, index: number, passphrase: Uint8Array): Promise<MadeKeys> {
  const name = founding.organisations[index] ?? "";
  const hasEngine = founding.network.nodes.some(
    ({ organisation, peer }) => organisation === name && peer !== undefined,
  );
  const keys = await makeKeys(home, name, actorsOf(index), passphrase);
  return { ...keys, engine: hasEngine ? await makeEngineKeys(home.engineFolder(name)) : undefined };
}

function founderOf({ admin, cosigner, engine, name, root }: MadeKeys, time: number): Founder {
  const { key } = cosigner;
  if (key.kty !== "OKP") throw new TypeError("a cosigner key is Ed25519");
  const node = engine === undefined ? undefined : { peer: engine.peer, validator: engine.validator };
  return { admin: admin.key, cosigner: { key, until: time + DELEGATION }, name, node, root: root.key };
}

async function signGenesis(founding: Founding, members: readonly MadeKeys[]): Promise<Uint8Array> {
  const body = genesisBody(
    founding,
    members.map((member) => founderOf(member, founding.time)),
  );
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
    founding.organisations.map((_, index) => makeAllKeys(home, founding, index, passphrase)),
  );
  members.sort((a, b) => (a.name < b.name ? -1 : 1));
  await writeFile(home.networkFile, `${JSON.stringify(founding.network, null, 2)}\n`);
  await writeFile(home.genesisFile, await signGenesis(founding, members), { flag: "wx" });
  return members.flatMap((member) => member.actors);
}
