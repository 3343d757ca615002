import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyBundle } from "@firmament/core/bundle";
import { tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { Consortium } from "@firmament/testing/kit";
import { refused } from "./support.ts";

const headOf = (c: Consortium) => c.record(tables.head, "sensor") ?? assert.fail("the class has a head");
const rollout = (permille: number, groups: readonly string[] = []) => ({ groups, permille, salt: "s" });
const widen = (c: Consortium, release: string, permille: number, member = 0) => {
  c.now += 1;
  return c.submit(c.member(member).admin, "release.rollout", { permille, release });
};

async function rollingOut(permille = 100, groups: readonly string[] = []) {
  const c = await Consortium.ready();
  const old = (await c.publish({ sequence: c.now * 1000, version: "1.0.0" })).release;
  const next = await c.publish({ rollout: rollout(permille, groups), sequence: c.now * 1000 + 1, version: "2.0.0" });
  return { c, next: next.release, old };
}

test("with a rollout the older release stays live until 1000 permille", async () => {
  const { c, next, old } = await rollingOut();
  using _ = c;
  const live = () => headOf(c).live.map(({ release, rollout: part }) => [release, part?.permille]);
  assert.deepEqual(live(), [
    [old, undefined],
    [next, 100],
  ]);
  await widen(c, next, 999);
  assert.deepEqual(live(), [
    [old, undefined],
    [next, 999],
  ]);
  assert.equal(c.release(old).state, "PUBLISHED");
  await widen(c, next, 1000);
  assert.deepEqual(live(), [[next, undefined]]);
  assert.equal(c.release(old).state, "SUPERSEDED");
  assert.equal(c.release(next).rollout?.permille, 1000);
});

test("a rollout only grows, and only where there is one", async () => {
  const { c, next, old } = await rollingOut(100);
  using _ = c;
  await refused(c, "rollout/permille", () =>
    c.submit(c.member(0).admin, "release.rollout", { permille: 100, release: next }),
  );
  await refused(c, "rollout/permille", () =>
    c.submit(c.member(0).admin, "release.rollout", { permille: 99, release: next }),
  );
  await refused(c, "rollout/permille", () =>
    c.submit(c.member(0).admin, "release.rollout", { permille: 500, release: old }),
  );
  await widen(c, next, 1000);
  c.now += 1;
  await refused(c, "rollout/permille", () =>
    c.submit(c.member(0).admin, "release.rollout", { permille: 1000, release: next }),
  );
  await refused(c, "codec/value", () =>
    c.submit(c.member(0).admin, "release.rollout", { permille: 1001, release: next }),
  );
});

test("only the author's organisation widens it, while it is published", async () => {
  const { c, next } = await rollingOut();
  using _ = c;
  await refused(c, "release/not-author", () =>
    c.submit(c.member(1).admin, "release.rollout", { permille: 500, release: next }),
  );
  await refused(c, "release/unknown", () =>
    c.submit(c.member(0).admin, "release.rollout", { permille: 500, release: c.manifestKey.kid }),
  );
  await c.submit(c.member(0).author, "release.rollout", { permille: 200, release: next });
  await c.submit(c.member(0).author, "release.withdraw", { reason: "", release: next });
  await refused(c, "release/state", () =>
    c.submit(c.member(0).admin, "release.rollout", { permille: 500, release: next }),
  );
});

test("groups keep a rollout partial at 1000 permille until it is widened to everybody", async () => {
  const { c, next, old } = await rollingOut(1000, ["canary"]);
  using _ = c;
  assert.deepEqual(
    headOf(c).live.map(({ release }) => release),
    [old, next],
  );
  await widen(c, next, 1000);
  assert.deepEqual(
    headOf(c).live,
    headOf(c).live.filter(({ release }) => release === next),
  );
  assert.deepEqual(c.release(next).rollout, { groups: [], permille: 1000, salt: "s" });
});

test("widening keeps a hold", async () => {
  const { c, next } = await rollingOut();
  using _ = c;
  await c.submit(c.member(2).approver, "release.hold", { release: next });
  const held = headOf(c).live.find(({ release }) => release === next)?.heldUntil;
  await widen(c, next, 500);
  assert.deepEqual(headOf(c).live.find(({ release }) => release === next)?.heldUntil, held);
});

test("[S3-28] a canary group gets the release first, the rest by their own place, and a withdrawal stops it", async () => {
  const { c, next, old } = await rollingOut(1000, ["canary"]);
  using _ = c;
  const decide = async (groups: readonly string[]) => {
    await c.cosign();
    return verifyBundle(c.bundle(), { crypto: nodeCrypto, device: c.device({ groups }), now: c.now }).decision;
  };
  const canary = await decide(["canary"]);
  assert.ok(canary.action === "install" && canary.live.release === next);
  const other = await decide(["plant-7"]);
  assert.ok(other.action === "install" && other.live.release === old);
  await c.submit(c.member(0).author, "release.withdraw", { reason: "crashes", release: next });
  const stopped = await decide(["canary"]);
  assert.ok(stopped.action === "install" && stopped.live.release === old);
});
