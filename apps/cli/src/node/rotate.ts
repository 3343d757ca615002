import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { signPossession } from "@firmament/agents/signing";
import { fromBase64url, toBase64 } from "@firmament/core/bytes";
import { Refusal } from "@firmament/core/errors";
import {
  declaredValidators,
  engineKeyFile,
  type EngineKeyName,
  type EngineKeys,
  engineSockets,
  engineVoters,
  isDeclared,
  makeNextEngineKey,
  supervisorOf,
  upcomingEngineKeys,
} from "@firmament/server/engine";
import { refuse } from "../errors.ts";
import type { Session } from "../session.ts";

const POLL_MS = 100;
const WAIT_MS = 60_000;

/** A key that was replaced, or will be when the node starts. */
export interface Rotated {
  readonly keys: EngineKeys;
  readonly isInstalled: boolean;
}

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + WAIT_MS; !(await holds()); await delay(POLL_MS))
    if (Date.now() > end) throw refuse("cli/waited", what);
}

async function declare(session: Session, organisation: string, keys: EngineKeys): Promise<void> {
  const { peer, signer, validator } = keys;
  const claim = { ledger: session.genesis.ledger, organisation, purpose: "validator" } as const;
  const body = { peer, proof: await signPossession(signer, claim), validator };
  await session.submit({ actor: "admin", organisation }, "node.declare", body);
}

/** Whether an engine answers, and has a key among those who vote on the next block. */
async function votesWith(socket: string, { validator }: EngineKeys): Promise<boolean> {
  const key = toBase64(fromBase64url(validator.x));
  return engineVoters(socket).then(
    (voters) => voters.includes(key),
    (cause: unknown) => {
      if (cause instanceof Refusal) return false;
      throw cause;
    },
  );
}

/**
 * Gives an engine a new consensus key or peer key while its node runs: makes it, declares it, and waits until the
 * supervisor has put it into the place of the old one between two lives of the engine. Whatever interrupts it, it goes on
 * when it is called again.
 *
 * @throws Refusal `cli/waited`, `engine/keys`, and those of the ledger
 */
export async function rotateKey(session: Session, organisation: string, name: EngineKeyName): Promise<Rotated> {
  const { home } = session;
  const folder = home.engineFolder(organisation);
  await makeNextEngineKey(folder, name);
  const keys = upcomingEngineKeys(folder);
  const isKnown = () => {
    const member = declaredValidators(home.applicationFile(organisation)).members.find(
      (each) => each.organisation === organisation,
    );
    return member !== undefined && isDeclared("peer", keys, member) && isDeclared("validator", keys, member);
  };
  if (!isKnown()) await declare(session, organisation, keys);
  await until("The ledger's validators do not show the new key.", isKnown);
  if (supervisorOf(home.runFolder(organisation), organisation) === undefined) return { isInstalled: false, keys };
  const socket = join(home.runFolder(organisation), engineSockets.rpc);
  // The supervisor waits for the block from which on the new key votes.
  await until("The supervisor did not install the new key.", () => !existsSync(engineKeyFile(folder, name, "next")));
  await until("The engine did not answer again.", () => votesWith(socket, keys));
  return { isInstalled: true, keys };
}
