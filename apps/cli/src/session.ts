import { openDatabase } from "@firmament/replica";
import type { DatabaseSync } from "node:sqlite";
import { existsSync } from "node:fs";
import { signPossession, signTransaction } from "@firmament/agents/signing";
import { show } from "@firmament/core/errors";
import type { Signer } from "@firmament/core/keys";
import {
  type Body,
  decodeGenesis,
  type Genesis,
  type Possession,
  type TransactionType,
} from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { HttpLedger } from "@firmament/ledger-http";
import type { Receipt } from "@firmament/replica";
import { type ActorName, Home, ledgerUrl, type Network } from "@firmament/server/home";
import { Transport } from "@firmament/server/tls";
import { refuse } from "./errors.ts";

const LIFETIME = 300;

/** Seconds since 1970. */
export const now = (): number => Math.floor(Date.now() / 1000);

/** Who acts: an organisation and one of its actors. */
export interface ActorRef {
  readonly organisation: string;
  readonly actor: ActorName;
}

const ACTORS: readonly ActorName[] = ["admin", "approver", "author", "author-agent", "node", "register-agent"];

/** @throws Refusal `cli/actor` */
export function parseActor(text: string): ActorRef {
  const [organisation = "", name, ...rest] = text.split("/");
  const actor = ACTORS.find((each) => each === name);
  if (actor === undefined || organisation === "" || rest.length > 0)
    throw refuse("cli/actor", `Got ${show(text)}; actors are ${ACTORS.join(", ")}.`);
  return { actor, organisation };
}

/** A home folder with its ledger's address: what every command of a member works with. */
export class Session {
  readonly home: Home;
  readonly network: Network;
  readonly genesis: Genesis;
  readonly #signers = new Map<string, Promise<Signer>>();
  readonly #transports = new Map<string, Promise<Transport>>();

  private constructor(home: Home, network: Network, genesis: Genesis) {
    this.home = home;
    this.network = network;
    this.genesis = genesis;
  }

  /** Hands over a signer that this process has already, so that its key file need not be opened. */
  remember({ actor, organisation }: ActorRef, purpose: string, signer: Signer): void {
    this.#signers.set(`${organisation}/${actor}/${purpose}`, Promise.resolve(signer));
  }

  static async open(path: string): Promise<Session> {
    const home = new Home(path);
    return new Session(home, await home.network(), decodeGenesis(nodeCrypto, await home.genesis()));
  }

  /** The actor's key for one purpose; its file is opened once. */
  signer({ actor, organisation }: ActorRef, purpose = "transaction"): Promise<Signer> {
    const name = `${organisation}/${actor}/${purpose}`;
    const opening = this.#signers.get(name) ?? this.home.keys(organisation, actor).then((keys) => keys(purpose));
    this.#signers.set(name, opening);
    return opening;
  }

  /** Signs a transaction as an actor; the ledger takes it for `lifetime` seconds from now on. */
  async sign<T extends TransactionType>(
    as: ActorRef,
    type: T,
    body: Body<T>,
    lifetime = LIFETIME,
  ): Promise<Uint8Array> {
    const signer = await this.signer(as);
    const draft = { body, expires: now() + lifetime, ledger: this.genesis.ledger, type };
    return signTransaction(signer, draft);
  }

  /** Hands a signed transaction, whoever signed it, to this organisation's ledger. @throws Refusal of the ledger */
  async carry(organisation: string, transaction: Uint8Array): Promise<Receipt> {
    const { fetch } = await this.transport(organisation);
    return new HttpLedger(ledgerUrl(this.network, organisation), fetch).submit(transaction);
  }

  /** Signs a transaction as an actor and submits it. @throws Refusal of the ledger */
  async submit<T extends TransactionType>(as: ActorRef, type: T, body: Body<T>): Promise<Receipt> {
    return this.carry(as.organisation, await this.sign(as, type, body));
  }

  /** How this organisation reaches the services: with its certificate where they speak TLS. */
  transport(organisation: string): Promise<Transport> {
    const options = { home: this.home, log: () => undefined, organisation, state: this.home.replicaFile(organisation) };
    const opening = this.#transports.get(organisation) ?? Transport.open(options);
    this.#transports.set(organisation, opening);
    return opening;
  }

  /** A key holder's proof that it wants to be enrolled by this organisation for this purpose. */
  prove(holder: Signer, organisation: string, purpose: Possession["purpose"]): Promise<string> {
    return signPossession(holder, { ledger: this.genesis.ledger, organisation, purpose });
  }

  /** The organisation's own replica, to read from; the caller closes it. */
  replica(organisation: string): DatabaseSync {
    const file = this.home.replicaFile(organisation);
    if (!existsSync(file)) throw refuse("cli/file", `${file}: the node of ${organisation} has not run here.`);
    return openDatabase(file, { readOnly: true });
  }
}
