import assert from "node:assert/strict";
import { test } from "node:test";
import { fromUtf8 } from "@firmament/core/bytes";
import { canonicalBytes } from "@firmament/core/codec";
import { type Row, type Table, tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import type { Replica } from "@firmament/replica";
import { type AuditCode, type Finding, Invariants } from "@firmament/replica/audit";
import { Consortium } from "@firmament/testing/kit";

/** A consortium whose state is changed behind the rules' back, as broken rules would, and judged after each change. */
class Watched implements Disposable {
  readonly c: Consortium;
  readonly release: string;
  readonly #found: Finding[] = [];
  readonly #invariants: Invariants;

  private constructor(c: Consortium, release: string) {
    this.c = c;
    this.release = release;
    const note = (code: AuditCode, where: string, found: string, expected: string) => {
      this.#found.push({ code, where, found, expected });
    };
    this.#invariants = new Invariants(c.replica.database, nodeCrypto, note);
  }

  static async published(consortium?: Consortium): Promise<Watched> {
    const c = consortium ?? (await Consortium.ready());
    const { release } = await c.publish();
    return new Watched(c, release);
  }

  /** Writes one record as if the newest transaction had; the codes of what that breaks. */
  put<T>(table: Table<T>, parts: readonly string[], change: (record: T) => unknown): readonly string[] {
    const key = JSON.stringify([table.name, ...parts]);
    const { database } = this.c.replica;
    const before = valueOf(this.c.replica, key);
    const record = before === undefined ? undefined : table.decode(JSON.parse(before), table.name);
    const after = canonicalBytes(change(record as T));
    const sql = "INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    database.prepare(sql).run(key, after);
    return this.judge();
  }

  judge(): readonly string[] {
    const { database } = this.c.replica;
    const row = database.prepare("SELECT idx, bytes FROM transactions ORDER BY idx DESC LIMIT 1").get();
    this.#invariants.check(Number(row?.["idx"]), row?.["bytes"] as Uint8Array);
    return [...new Set(this.#found.splice(0).map(({ code }) => code))];
  }

  [Symbol.dispose](): void {
    this.c[Symbol.dispose]();
  }
}

function valueOf({ database }: Replica, key: string): string | undefined {
  const value = database.prepare("SELECT value FROM state WHERE key = ?").get(key)?.["value"];
  return value instanceof Uint8Array ? fromUtf8(value) : undefined;
}

type Release = Row<typeof tables.release>;

async function after(change: (w: Watched) => readonly string[]): Promise<readonly string[]> {
  using watched = await Watched.published();
  return change(watched);
}

// A second release that goes live although its record lacks something; the honest head goes with it.
async function publishedWith(change: (release: Release, w: Watched) => Partial<Release>): Promise<readonly string[]> {
  using watched = await Watched.published();
  const { c, release } = watched;
  const from: Release = c.release(release);
  watched.put(tables.release, [release], (record) => ({ ...record, state: "STORED" }));
  return watched.put(tables.release, [release], () => ({ ...from, ...change(from, watched) }));
}

test("a release that goes live with all that its policy asks breaks nothing", async () => {
  assert.deepEqual(await publishedWith(() => ({})), []);
});

test("a release that goes live without its receipts or approvals is found", async () => {
  for (const change of [
    (release: Release) => ({ receipts: release.receipts.slice(1) }),
    (release: Release) => ({ receipts: [...release.receipts.slice(1), ...release.receipts.slice(1)] }),
    (release: Release) => ({ approvals: release.approvals.slice(1) }),
    (release: Release, { c }: Watched) => ({
      approvals: release.approvals.map((each, i) => (i === 0 ? { ...each, kid: c.member(3).node.kid } : each)),
    }),
  ]) {
    assert.deepEqual(await publishedWith(change), ["audit/publication"]);
  }
});

test("a suspended organisation's approval does not publish, and its suspension afterwards breaks nothing", async () => {
  using watched = await Watched.published();
  const { c, release } = watched;
  const from = c.release(release);
  await c.decide({ organisation: c.member(3).name, type: "organisation.suspend" });
  watched.judge();
  watched.put(tables.release, [release], (record) => ({ ...record, state: "STORED" }));
  assert.deepEqual(
    watched.put(tables.release, [release], () => from),
    ["audit/publication"],
  );
});

test("an act of the author's own organisation, a release that comes back and a changed one are found", async () => {
  const own = (w: Watched) => ({ kid: w.c.member(0).approver.kid, organisation: w.c.member(0).name });
  const state = "audit/release-state";
  assert.deepEqual(
    await after((w) => w.put(tables.release, [w.release], (r) => ({ ...r, approvals: [...r.approvals, own(w)] }))),
    [state],
  );
  assert.deepEqual(await after((w) => w.put(tables.release, [w.release], (r) => ({ ...r, version: "9.0.0" }))), [
    state,
    "audit/head",
  ]);
  assert.deepEqual(
    await after((w) => w.put(tables.release, [w.release], (r) => ({ ...r, reason: "none", state: "REVOKED" }))),
    [state, "audit/head"],
  );
  assert.deepEqual(await after((w) => w.put(tables.release, [w.release], (r) => ({ ...r, state: "REGISTERED" }))), [
    state,
    "audit/head",
  ]);
});

test("a head that says something else than its releases is found", async () => {
  const head = (change: (head: Row<typeof tables.head>, w: Watched) => object) =>
    after((w) => w.put(tables.head, ["sensor"], (record) => change(record, w)));
  assert.deepEqual(await head((record) => ({ ...record, live: [] })), ["audit/head"]);
  assert.deepEqual(
    await head((record) => ({
      ...record,
      live: record.live.map((each) => ({ ...each, sequence: each.sequence + 1 })),
    })),
    ["audit/head"],
  );
  assert.deepEqual(await head((record) => ({ ...record, live: [...record.live, ...record.live] })), ["audit/head"]);
  assert.deepEqual(
    await head((record, { release }) => ({
      ...record,
      stopped: [{ release, sequence: 1, state: "REVOKED", version: "0.1.0" }],
    })),
    ["audit/head"],
  );
});

test("a release of another class, whose policy asked for less, that goes live in a head is found", async () => {
  const c = await Consortium.ready();
  await c.createClass("motor");
  using watched = await Watched.published(c);
  const { live = [] } = c.record(tables.head, "sensor") ?? {};
  assert.deepEqual(
    watched.put(tables.head, ["motor"], () => ({ live, stopped: [] })),
    ["audit/head"],
  );
});

test("a member or a policy that changes without a vote, and a proposal decided by too few, are found", async () => {
  const changed = (w: Watched) =>
    w.put(tables.organisation, [w.c.member(1).name], (record) => ({ ...record, status: "suspended" }));
  assert.deepEqual(await after(changed), ["audit/vote"]);
  assert.deepEqual(await after((w) => w.put(tables.policy, ["sensor"], (record) => ({ ...record, receipts: 1 }))), [
    "audit/vote",
  ]);
  using watched = await Watched.published();
  const { c } = watched;
  const action = { organisation: c.member(3).name, type: "organisation.suspend" } as const;
  const { result } = await c.submit(c.member(0).admin, "proposal.create", { action });
  assert.deepEqual(watched.judge(), []);
  const { proposal } = result as { proposal: string };
  const twice = (record: Row<typeof tables.proposal>) => ({ ...record, votes: [...record.votes, ...record.votes] });
  assert.deepEqual(watched.put(tables.proposal, [proposal], twice), ["audit/vote"]);
  assert.deepEqual(
    watched.put(tables.proposal, [proposal], (record) => ({ ...record, status: "decided" })),
    ["audit/vote"],
  );
});

test("a trust root that nobody signed, time that goes back and a record of no form are found", async () => {
  assert.deepEqual(await after((w) => w.put(tables.trust, ["2"], () => ({ document: "{}" }))), ["audit/trust"]);
  assert.deepEqual(await after((w) => w.put(tables.ledger, [], (record) => ({ ...record, time: record.time - 1 }))), [
    "audit/time",
  ]);
  assert.deepEqual(await after((w) => w.put(tables.vendor, ["acme"], () => ({ organisation: "UPPER CASE" }))), [
    "audit/record",
  ]);
  assert.deepEqual(
    await after((w) =>
      w.put(tables.version, ["sensor", "1.0.0"], (record) => ({
        release: record.release.toLowerCase().replace(/.$/, "A"),
      })),
    ),
    ["audit/record"],
  );
  assert.deepEqual(
    await after((w) => {
      w.c.replica.database.prepare("DELETE FROM state WHERE key LIKE '[\"hold%' OR key = ?").run('["vendor","acme"]');
      return w.judge();
    }),
    ["audit/record"],
  );
});

async function withNodes(): Promise<Watched> {
  return Watched.published(await Consortium.ready({ nodes: true }));
}

test("validators that do not follow the electorate, and a node that another organisation declares, are found", async () => {
  using watched = await withNodes();
  const { c } = watched;
  assert.deepEqual(watched.judge(), []);
  assert.deepEqual(
    watched.put(tables.validators, [], (record) => ({ ...record, version: 2 })),
    ["audit/validators"],
  );
  const swap = ([first, ...rest]: Row<typeof tables.validators>["members"]) => {
    return [{ ...first, key: rest[0]?.key ?? "" }, ...rest];
  };
  assert.deepEqual(
    watched.put(tables.validators, [], (record) => ({ members: swap(record.members), version: 3 })),
    ["audit/validators"],
  );
  using other = await withNodes();
  assert.deepEqual(
    other.put(tables.authority, [c.member(1).name], () => ({ certificate: "AAAA" })),
    ["audit/validators"],
  );
  using without = await Watched.published();
  assert.deepEqual(
    without.put(tables.validators, [], () => c.record(tables.validators)),
    ["audit/validators"],
  );
});

test("rules that change by no vote, or before or after their entry, are found", async () => {
  const change = (rules: number) => (w: Watched) => w.put(tables.ledger, [], (record) => ({ ...record, rules }));
  assert.deepEqual(await after(change(2)), ["audit/time"]);
  const upgrade = (at: number) => (w: Watched) => w.put(tables.upgrade, [], () => ({ at, rules: 2 }));
  assert.deepEqual(await after(upgrade(1000)), ["audit/vote"]);
  assert.deepEqual(
    await after((w) => {
      upgrade(1)(w);
      return w.judge();
    }),
    ["audit/time"],
  );
});
