import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { Refusal } from "@firmament/core/errors";
import { selfTest } from "@firmament/core/keys";
import { decodeGenesis } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import type { ActorName, Home, Network } from "../../home.ts";
import { declaredValidators } from "../declared.ts";
import { findEngine } from "../find.ts";
import { type Health, readHealth } from "../health.ts";
import { readEngineKeys } from "../keys.ts";
import { type Observed, observe } from "../observe.ts";
import { supervisorOf } from "../stale.ts";

const LOG_TAIL = 262_144;
const VERSION_MS = 5000;

/** A validator that the ledger, or before that its genesis, names. */
export interface Validator {
  readonly organisation: string;
  readonly peer: string;
  /** Raw Ed25519 key, base64url. */
  readonly key: string;
}

/** Everything that a diagnosis looks at. Texts of failures are empty where nothing failed. */
export interface Facts {
  readonly organisation: string;
  readonly engineFailure: string;
  /** What the binary calls itself. */
  readonly engineVersion: string;
  readonly keyFailures: readonly string[];
  readonly selfTestFailure: string;
  /** Own engine's peer id and key, where they can be read. */
  readonly own: Omit<Validator, "organisation"> | undefined;
  readonly validators: readonly Validator[];
  readonly isSupervised: boolean;
  /** What the supervisor wrote last. */
  readonly health: Health | undefined;
  readonly now: Observed;
  /** End of the engine's log. */
  readonly engineLog: string;
}

function messageOf(cause: unknown): string {
  return cause instanceof Refusal || cause instanceof Error ? cause.message : String(cause);
}

function failureOf(work: () => void): string {
  try {
    work();
    return "";
  } catch (cause) {
    return messageOf(cause);
  }
}

function versionOf(binary: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(binary, ["version"], { timeout: VERSION_MS }, (_error, stdout) => {
      resolve(stdout.trim());
    });
  });
}

function actorsOf(network: Network, organisation: string): readonly ActorName[] {
  const agents = [
    ["author-agent", network.author],
    ["register-agent", network.register],
  ] as const;
  return ["node", ...agents.filter(([, agent]) => agent.organisation === organisation).map(([actor]) => actor)];
}

async function keyFailuresOf(home: Home, organisation: string): Promise<readonly string[]> {
  const actors = actorsOf(await home.network(), organisation);
  const failures = await Promise.all(
    actors.map((actor) =>
      home.keys(organisation, actor).then(
        () => "",
        (cause: unknown) => `${actor}: ${messageOf(cause)}`,
      ),
    ),
  );
  return [...failures, failureOf(() => readEngineKeys(home.engineFolder(organisation)))].filter((each) => each !== "");
}

async function tailOf(path: string): Promise<string> {
  if (!existsSync(path)) return "";
  await using file = await open(path);
  const { size } = await file.stat();
  const length = Math.min(size, LOG_TAIL);
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.toString("utf8");
}

async function validatorsOf(home: Home, organisation: string): Promise<readonly Validator[]> {
  const { members: declared } = declaredValidators(home.applicationFile(organisation));
  if (declared.length > 0) return declared;
  const { body } = decodeGenesis(nodeCrypto, await home.genesis());
  return body.organisations.flatMap(({ name, node }) =>
    node === undefined ? [] : [{ organisation: name, peer: node.peer, key: node.validator.x }],
  );
}

/** Looks at everything of one organisation's validator, and asks anew whoever can be asked. @throws Refusal `home/…` */
export async function gatherFacts(home: Home, organisation: string, fetched: typeof fetch): Promise<Facts> {
  const runFolder = home.runFolder(organisation);
  let binary = "";
  const engineFailure = failureOf(() => {
    binary = findEngine();
  });
  let own: Facts["own"];
  failureOf(() => {
    const keys = readEngineKeys(home.engineFolder(organisation));
    own = { key: keys.validator.x, peer: keys.peer };
  });
  return {
    organisation,
    engineFailure,
    engineVersion: binary === "" ? "" : await versionOf(binary),
    keyFailures: await keyFailuresOf(home, organisation),
    selfTestFailure: failureOf(() => {
      selfTest(nodeCrypto);
    }),
    own,
    validators: await validatorsOf(home, organisation),
    isSupervised: supervisorOf(runFolder, organisation) !== undefined,
    health: await readHealth(runFolder),
    now: await observe(home, organisation, fetched),
    engineLog: await tailOf(join(home.logFolder, `engine-${organisation}.log`)),
  };
}
