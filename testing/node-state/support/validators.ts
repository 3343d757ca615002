import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensurePassphrase, found } from "@firmament/cli/src/found.ts";
import { layout, portsNeeded } from "@firmament/cli/src/layout.ts";
import { Session } from "@firmament/cli/src/session.ts";
import { freePorts } from "@firmament/cli/src/start/ports.ts";
import {
  endServices,
  type RunningService,
  type ServiceRef,
  startServices,
} from "@firmament/cli/src/start/processes.ts";
import { Refusal } from "@firmament/core/errors";
import { EngineRpc } from "@firmament/ledger-cometbft/engine-rpc";
import { HttpLedger } from "@firmament/ledger-http";
import type { LedgerStatus } from "@firmament/replica";
import { Home, ledgerUrl } from "@firmament/server/home";
import { newSigner } from "@firmament/testing/kit";
import { until } from "../../network/support/until.ts";

export const ORGANISATIONS = ["alpha.example", "bravo.example", "charlie.example", "delta.example"] as const;

const QUORUM_MS = 60_000;

interface Signature {
  readonly validator_address: string;
}

function withoutQuorum(cause: unknown): undefined {
  if (!(cause instanceof Refusal) || !cause.code.startsWith("ledger/")) throw cause;
}

/** Four organisations with real validators as processes on this machine; one of them has its node, too. */
export class Validators implements AsyncDisposable {
  readonly home: Home;
  readonly session: Session;
  readonly #running = new Map<string, readonly RunningService[]>();

  private constructor(session: Session) {
    this.home = session.home;
    this.session = session;
  }

  static async start(withNode: string): Promise<Validators> {
    const home = new Home(await mkdtemp(join(tmpdir(), "fm-")));
    await ensurePassphrase(join(home.path, "passphrase"));
    const actors = await found(home, {
      domain: "example.org",
      freshness: 86_400,
      name: "registry",
      network: layout("cometbft", ORGANISATIONS, await freePorts(portsNeeded("cometbft", ORGANISATIONS))),
      organisations: ORGANISATIONS,
      time: Math.floor(Date.now() / 1000),
    });
    const session = await Session.open(home.path);
    for (const each of actors) session.remember(each, each.purpose, each.signer);
    const validators = new Validators(session);
    try {
      await Promise.all(ORGANISATIONS.map((name) => validators.start(name, name === withNode)));
      return validators;
    } catch (cause) {
      await validators[Symbol.asyncDispose]();
      throw cause;
    }
  }

  async start(organisation: string, withNode = false): Promise<void> {
    const kinds: readonly ServiceRef["kind"][] = withNode ? ["validator", "node"] : ["validator"];
    const refs = kinds.map((kind) => ({ kind, organisation }));
    this.#running.set(organisation, await startServices(this.home.path, refs));
  }

  async stop(organisation: string): Promise<void> {
    await endServices(this.#running.get(organisation) ?? []);
    this.#running.delete(organisation);
  }

  /** Puts one more transaction on the ledger; hands it over again where no quorum was there yet. */
  async submit(organisation: string): Promise<void> {
    const holder = await newSigner();
    const proof = await this.session.prove(holder, organisation, "transaction");
    const body = { key: holder.key, proof, roles: ["auditor" as const] };
    const transaction = await this.session.sign({ actor: "admin", organisation }, "identity.enrol", body);
    const offer = () => this.session.carry(organisation, transaction).catch(withoutQuorum);
    await until("a quorum", offer, QUORUM_MS);
  }

  status(organisation: string): Promise<LedgerStatus> {
    return new HttpLedger(ledgerUrl(this.session.network, organisation)).status();
  }

  async call(
    organisation: string,
    method: string,
    parameters: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown> {
    using rpc = new EngineRpc(join(this.home.runFolder(organisation), "rpc.sock"));
    return await rpc.call(method, parameters);
  }

  /** Address of the key that an engine votes with, hex. */
  async addressOf(organisation: string): Promise<string> {
    const found = (await this.call(organisation, "status")) as { validator_info: { address: string } };
    return found.validator_info.address;
  }

  /** Addresses of those whose precommits an engine keeps for a height. */
  async votersAt(organisation: string, height: number): Promise<readonly string[]> {
    const found = (await this.call(organisation, "commit", { height: String(height) })) as {
      signed_header: { commit: { signatures: readonly Signature[] } };
    };
    return found.signed_header.commit.signatures.map((each) => each.validator_address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.values()].map(endServices));
    await rm(this.home.path, { force: true, recursive: true });
  }
}
