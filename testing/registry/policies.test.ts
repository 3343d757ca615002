import assert from "node:assert/strict";
import { test } from "node:test";
import { type Action, type ClassPolicy, tables } from "@firmament/core/registry";
import { Consortium, DAY, openClassPolicy, openPolicy } from "@firmament/testing/kit";
import { propose, refused, refusedDecision } from "./support.ts";

const create = (changes: Partial<ClassPolicy> = {}, className = "valve"): Action => ({
  className,
  policy: { ...openClassPolicy, ...changes },
  storageLocations: ["slot"],
  type: "class.create",
  vendor: "acme",
  versions: "integer",
});
const change = (changes: Partial<ClassPolicy>, className = "sensor"): Action => ({
  className,
  policy: { ...openClassPolicy, version: 2, ...changes },
  type: "class.policy",
});

test("a vendor is created once, for an active organisation", async () => {
  using c = await Consortium.ready();
  assert.deepEqual(c.record(tables.vendor, "acme"), { organisation: "alpha.example" });
  await refusedDecision(c, "vendor/exists", { organisation: "bravo.example", type: "vendor.create", vendor: "acme" });
  await refusedDecision(c, "organisation/unknown", {
    organisation: "nobody.example",
    type: "vendor.create",
    vendor: "new",
  });
});

test("a class is created once, of a known vendor, with its policy and an empty head", async () => {
  using c = await Consortium.ready();
  await propose(c, create(), [0, 1, 2]);
  assert.deepEqual(c.record(tables.class, "valve"), {
    storageLocations: ["slot"],
    vendor: "acme",
    versions: "integer",
  });
  assert.deepEqual(c.record(tables.policy, "valve"), openClassPolicy);
  assert.deepEqual(c.record(tables.head, "valve"), { live: [], stopped: [] });
  await refusedDecision(c, "class/exists", create({ receipts: 1 }));
  await refusedDecision(c, "vendor/unknown", { ...create({}, "pump"), vendor: "nobody" } as Action);
  await refusedDecision(c, "class/unknown", change({ version: 1 }, "pump"));
});

test("a policy's version counts from 1 without a gap, so that each change is one entry with old and new value", async () => {
  using c = await Consortium.ready();
  await refusedDecision(c, "policy/version", create({ version: 2 }));
  await refusedDecision(c, "policy/version", change({ version: 1 }));
  await refusedDecision(c, "policy/version", change({ version: 3 }));
  const before = c.size;
  await propose(c, change({ receipts: 1 }), [0, 1, 2]);
  assert.equal(c.view(before).get(tables.policy, "sensor")?.receipts, 2, "the old value stays provable at its entry");
  assert.equal(c.record(tables.policy, "sensor")?.receipts, 1);
  await refusedDecision(c, "policy/version", { policy: openPolicy, type: "consortium.policy" });
  await refusedDecision(c, "policy/version", { policy: { ...openPolicy, version: 3 }, type: "consortium.policy" });
});

test("a class is never below the consortium's floor", async () => {
  const floor = {
    algorithms: ["EdDSA", "RS384"],
    approvals: 2,
    cosignatures: 3,
    freshness: 2 * DAY,
    receipts: 2,
  } as const;
  using c = await Consortium.found({ policy: { floor } });
  await propose(c, { organisation: "alpha.example", type: "vendor.create", vendor: "acme" }, [0, 1, 2]);
  const allowed = { algorithms: ["EdDSA"], freshness: 2 * DAY } as const;
  await refusedDecision(c, "policy/floor", create({ ...allowed, approvals: [{ count: 1, role: "approver" }] }));
  await refusedDecision(c, "policy/floor", create({ ...allowed, receipts: 1 }));
  await refusedDecision(c, "policy/floor", create({ ...allowed, cosignatures: 2 }));
  await refusedDecision(c, "policy/floor", create({ ...allowed, freshness: 2 * DAY + 1 }));
  await refusedDecision(c, "policy/floor", create({ ...allowed, algorithms: ["ES256", "EdDSA"] }));
  await propose(c, create(allowed), [0, 1, 2]);
  assert.ok(c.record(tables.policy, "valve"));
  await refusedDecision(c, "policy/floor", { ...change({ ...allowed, receipts: 1 }, "valve") });
});

test("a floor that rises later holds for every release from then on", async () => {
  const low = { approvals: [{ count: 1, role: "approver" }], receipts: 1 } as const;
  using c = await Consortium.ready({ policy2: low });
  const floor = { ...openPolicy.floor, approvals: 3, receipts: 3 };
  const prepared = await c.prepare();
  const release = await c.register(prepared);
  await propose(c, { policy: { ...openPolicy, floor, version: 2 }, type: "consortium.policy" }, [0, 1, 2]);
  await c.store(release, prepared.image, [1, 2]);
  await c.approve(release, [1, 2]);
  assert.equal(c.release(release).state, "REGISTERED");
  await c.store(release, prepared.image, [3]);
  assert.equal(c.release(release).state, "STORED");
  await refused(c, "policy/floor", () => c.approve(release, [3]));
  const next = await c.prepare({ version: "2.0.0" });
  await refused(c, "policy/floor", () => c.register(next));
  await propose(c, change({ approvals: [{ count: 3, role: "approver" }], receipts: 3 }), [0, 1, 2]);
  await c.approve(release, [3]);
  assert.equal(c.release(release).state, "PUBLISHED");
});

test("a policy is one that the organisations can fulfil", async () => {
  using c = await Consortium.ready();
  const roles = { count: 1, role: "approver" } as const;
  await refusedDecision(c, "policy/unreachable", create({ receipts: 4 }));
  await refusedDecision(c, "policy/unreachable", create({ approvals: [roles, { count: 4, role: "builder" }] }));
  await refusedDecision(c, "policy/unreachable", create({ cosignatures: 5 }));
  await refusedDecision(
    c,
    "policy/unreachable",
    create({ approvals: [{ ...roles, count: 2, organisations: ["bravo.example"] }] }),
  );
  await refusedDecision(c, "policy/unreachable", create({ freshness: DAY - 1 }));
  const floor = { ...openPolicy.floor, approvals: 4 };
  await refusedDecision(c, "policy/unreachable", {
    policy: { ...openPolicy, floor, version: 2 },
    type: "consortium.policy",
  });
  await propose(c, create({ approvals: [{ ...roles, count: 3 }], cosignatures: 4, receipts: 3 }), [0, 1, 2]);
  assert.ok(c.record(tables.policy, "valve"));
});

test("only roles that approve can be asked for approvals", async () => {
  using c = await Consortium.ready();
  const approvals = [{ count: 1, role: "technician" }] as unknown as ClassPolicy["approvals"];
  await refused(c, "codec/value", () =>
    c.submit(c.member(0).admin, "proposal.create", { action: create({ approvals }) }),
  );
});

test("all of a class's policy comes back from the state", async () => {
  using c = await Consortium.ready();
  const policy: ClassPolicy = {
    algorithms: ["RS384"],
    approvals: [{ count: 1, organisations: ["bravo.example", "charlie.example"], role: "auditor" }],
    cosignatures: 3,
    freshness: 2 * DAY,
    receipts: 1,
    safeState: ["idle", "parked"],
    targeted: true,
    version: 2,
    windows: [{ length: 120, start: 1320 }],
  };
  await propose(c, { className: "sensor", policy, type: "class.policy" }, [0, 1, 2]);
  assert.deepEqual(c.record(tables.policy, "sensor"), policy);
});
