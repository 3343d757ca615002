import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fromUtf8 } from "@firmament/core/bytes";
import { type Decoder, integer, object, oneOf, organisationName, sorted, text } from "@firmament/core/codec";
import { show } from "@firmament/core/errors";
import type { Signer } from "@firmament/core/keys";
import { keyFor, passphraseFromEnvironment, readKeyFile, softwareSigner } from "@firmament/crypto";
import { refuse } from "./errors.ts";
import { requirePrivate } from "./tls/plaintext.ts";

const urlText = text({ max: 256, pattern: /^https?:\/\/[^\s]+\/$/ });
/** Address of a service, ending in a slash. @throws Refusal `home/plaintext`, `home/network`, `codec/…` */
export const serviceUrl: Decoder<string> = (value, path) => {
  const found = urlText(value, path);
  if (!URL.canParse(found)) throw refuse("home/network", `${path} is ${show(found)}.`);
  requirePrivate(new URL(found));
  return found;
};
/** Where an engine's peers reach it: host:port. */
export const peerAddress = text({ max: 261, pattern: /^(?:[a-z0-9.-]+|\[[0-9a-f:]+\]):[1-9][0-9]{0,4}$/ });
const service = object({ organisation: organisationName, url: serviceUrl });
const retrieval = object({ organisation: organisationName, url: serviceUrl }, { devices: oneOf("certified") });
const node = object({ organisation: organisationName, url: serviceUrl }, { ledger: serviceUrl, peer: peerAddress });

const network = object(
  {
    author: service,
    nodes: sorted(node, { min: 1, max: 64, key: (member) => member.organisation }),
    register: service,
    retrieval,
  },
  { commitPauseMs: integer(0, 10_000), ledger: serviceUrl },
);

/**
 * Where the services of a consortium are: addresses, each ending in a slash. `ledger` is the one sequencer; a replicated
 * ledger has a front per organisation instead, beside its engine's `peer` address (host:port). `commitPauseMs` is how long
 * engines wait after a block: 25 where it is left out, and the longest round trip more over a wide area. `retrieval.devices`:
 * whether the retrieval agent asks devices for their certificates.
 */
export type Network = ReturnType<typeof network>;

/** Reads network.json, which people may edit: JSON in any spelling. @throws Refusal `home/network`, `bytes/utf8`, `codec/…` */
export function decodeNetwork(bytes: Uint8Array): Network {
  const written = fromUtf8(bytes);
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch (cause) {
    throw refuse("home/network", `Got ${show(written)}.`, { cause });
  }
  const found = network(value, "network.json");
  if (found.retrieval.devices !== undefined && !found.retrieval.url.startsWith("https:"))
    throw refuse("home/network", "Devices show certificates over https only.");
  return found;
}

/** Actors whose keys lie in one file each; an organisation's root key lies apart, offline. */
export type ActorName = "admin" | "approver" | "author" | "author-agent" | "node" | "register-agent";

/** Folders and files of one machine that takes part in a consortium. */
export class Home {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get genesisFile(): string {
    return join(this.path, "genesis.json");
  }

  get networkFile(): string {
    return join(this.path, "network.json");
  }

  /** Database of the one sequencer. */
  get ledgerFile(): string {
    return join(this.path, "ledger", "ledger.sqlite");
  }

  get logFolder(): string {
    return join(this.path, "logs");
  }

  organisation(name: string): string {
    return join(this.path, organisationName(name, "organisation"));
  }

  keyFile(organisation: string, actor: ActorName): string {
    return join(this.organisation(organisation), "keys", `${actor}.jwe`);
  }

  rootKeyFile(organisation: string): string {
    return join(this.organisation(organisation), "offline", "root.jwe");
  }

  /** Database of the organisation's application, on a replicated ledger. */
  applicationFile(organisation: string): string {
    return join(this.organisation(organisation), "ledger", "ledger.sqlite");
  }

  /** Home of the organisation's consensus engine. */
  engineFolder(organisation: string): string {
    return join(this.organisation(organisation), "engine");
  }

  /** Sockets and process ids of what runs now; only its owner may enter. */
  runFolder(organisation: string): string {
    return join(this.organisation(organisation), "run");
  }

  replicaFile(organisation: string): string {
    return join(this.organisation(organisation), "node", "replica.sqlite");
  }

  /** What the organisation's node cosigned: apart from its replica, so that no backup of the replica holds it. */
  cosignedFile(organisation: string): string {
    return join(this.organisation(organisation), "cosigned", "last.json");
  }

  evidenceFolder(organisation: string): string {
    return join(this.organisation(organisation), "evidence");
  }

  contentFolder(organisation: string): string {
    return join(this.organisation(organisation), "content");
  }

  async genesis(): Promise<Uint8Array> {
    return this.#read(this.genesisFile);
  }

  async network(): Promise<Network> {
    return decodeNetwork(await this.#read(this.networkFile));
  }

  /** Opens one actor's key file with the passphrase that the environment names. */
  async keys(organisation: string, actor: ActorName): Promise<(purpose: string) => Signer> {
    const stored = await readKeyFile(this.keyFile(organisation, actor), await passphraseFromEnvironment());
    return (purpose) => softwareSigner(keyFor(stored, purpose));
  }

  async #read(path: string): Promise<Uint8Array> {
    try {
      return Uint8Array.from(await readFile(path));
    } catch (cause) {
      throw refuse("home/missing", `${show(path)} cannot be read.`, { cause });
    }
  }
}

function memberOf(found: Network, organisation: string): Network["nodes"][number] {
  const member = found.nodes.find((each) => each.organisation === organisation);
  const names = found.nodes.map((each) => each.organisation).join(", ");
  if (member === undefined) throw refuse("home/organisation", `${show(organisation)} is none of ${names}.`);
  return member;
}

/** Address of one organisation's node. @throws Refusal `home/organisation` */
export function nodeUrl(found: Network, organisation: string): URL {
  return new URL(memberOf(found, organisation).url);
}

/**
 * Address of the ledger's front that an organisation uses: its own, or the one sequencer's.
 *
 * @throws Refusal `home/organisation`, `home/network` where there is neither
 */
export function ledgerUrl(found: Network, organisation: string): URL {
  const address = memberOf(found, organisation).ledger ?? found.ledger;
  if (address === undefined) throw refuse("home/network", `There is no ledger for ${organisation}.`);
  return new URL(address);
}
