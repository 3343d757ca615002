import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { toBase64url } from "@firmament/core/bytes";
import { rootAt } from "@firmament/core/log";
import { nodeCrypto } from "@firmament/crypto";
import { logNodes, openDatabase, receiptOf } from "@firmament/replica";
import type { FaultMember } from "./fault-member.ts";
import type { FaultNetwork } from "./fault-network.ts";

const TOGETHER_MS = 90_000;
const POLL_MS = 100;

/** Where one copy of the log ends. */
interface End {
  readonly copy: string;
  readonly size: number;
  readonly root: string;
}

function reading<T>(file: string, read: (database: DatabaseSync) => T): T {
  const database = openDatabase(file, { readOnly: true });
  try {
    return read(database);
  } finally {
    database.close();
  }
}

const copiesOf = ({ home, name }: FaultMember) => ({
  application: home.applicationFile(name),
  node: home.replicaFile(name),
});

function rootOf(database: DatabaseSync, size: number): string {
  return toBase64url(rootAt(nodeCrypto, logNodes(database), size));
}

function endOf(copy: string, file: string): End {
  if (!existsSync(file)) return { copy, root: "", size: 0 };
  return reading(file, (database) => {
    const size = Number(database.prepare("SELECT max(size) AS size FROM blocks").get()?.["size"] ?? 0);
    return { copy, root: size === 0 ? "" : rootOf(database, size), size };
  });
}

/** Entries that a member's node has. */
export function sizeOfNode({ home, name }: FaultMember): number {
  return endOf(name, home.replicaFile(name)).size;
}

function endsOf(members: readonly FaultMember[]): readonly End[] {
  return members.flatMap((member) =>
    Object.entries(copiesOf(member)).map(([kind, file]) => endOf(`${kind} of ${member.name}`, file)),
  );
}

function isTogether(ends: readonly End[], atLeast: number): boolean {
  const sizes = new Set(ends.map(({ size }) => size));
  return sizes.size === 1 && [...sizes].every((size) => size >= atLeast);
}

/**
 * Waits until every copy has every entry: the applications' and the nodes'.
 *
 * @returns milliseconds that it took
 * @throws AssertionError where some copy stays behind, or has another root
 */
export async function untilTogether(network: FaultNetwork, members = network.members): Promise<number> {
  const started = performance.now();
  const atLeast = Math.max(0, ...[...network.receipts.values()].map(({ index }) => index + 1));
  let ends = endsOf(members);
  while (!isTogether(ends, atLeast) && performance.now() - started < TOGETHER_MS) {
    await delay(POLL_MS);
    ends = endsOf(members);
  }
  const said = ends.map(({ copy, root, size }) => `${copy}: ${size} ${root}`).join("\n");
  assert.ok(isTogether(ends, atLeast), `copies of the log end apart, and should have ${atLeast} entries:\n${said}`);
  assert.equal(new Set(ends.map(({ root }) => root)).size, 1, `copies have different roots:\n${said}`);
  return performance.now() - started;
}

function assertNothingLost(network: FaultNetwork, members: readonly FaultMember[]): void {
  for (const member of members) {
    for (const [kind, file] of Object.entries(copiesOf(member))) {
      reading(file, (database) => {
        for (const { index, transaction } of network.receipts.values()) {
          const kept = receiptOf(database, transaction)?.index;
          assert.equal(kept, index, `${kind} of ${member.name}: ${transaction} was acknowledged at ${index}`);
        }
      });
    }
  }
}

interface Cosigned {
  readonly size: number;
  readonly root: string;
}

async function announcedBy({ node }: FaultMember): Promise<readonly Cosigned[]> {
  const answer = await fetch(new URL("v1/cosignatures", node));
  assert.equal(answer.status, 200, `cosignatures of ${node.href}`);
  return (await answer.json()) as readonly Cosigned[];
}

function keptBy({ home, name }: FaultMember): readonly Cosigned[] {
  const kept = reading(home.replicaFile(name), (database) =>
    database
      .prepare("SELECT DISTINCT size FROM cosignatures")
      .all()
      .map((row) => ({ root: rootOf(database, Number(row["size"])), size: Number(row["size"]) })),
  );
  const memory = home.cosignedFile(name);
  return existsSync(memory) ? [...kept, JSON.parse(readFileSync(memory, "utf8")) as Cosigned] : kept;
}

async function assertOneRootPerSize(members: readonly FaultMember[]): Promise<number> {
  const roots = new Map<number, string>();
  const said = await Promise.all(members.map(async (member) => [...(await announcedBy(member)), ...keptBy(member)]));
  for (const { root, size } of said.flat()) {
    assert.equal(root, roots.get(size) ?? root, `two roots of ${size} entries were cosigned`);
    roots.set(size, root);
  }
  return roots.size;
}

/** What held after a fault, in numbers. */
export interface Held {
  readonly receipts: number;
  readonly checkpoints: number;
  readonly togetherMs: number;
}

/**
 * Checks what no fault may break, once all is healed: nothing acknowledged is lost, all copies have one root, and no two
 * roots of one size were cosigned.
 *
 * @throws AssertionError
 */
export async function assertInvariants(network: FaultNetwork, members = network.members): Promise<Held> {
  const togetherMs = await untilTogether(network, members);
  assertNothingLost(network, members);
  const checkpoints = await assertOneRootPerSize(members);
  return { checkpoints, receipts: network.receipts.size, togetherMs };
}
