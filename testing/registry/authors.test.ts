import assert from "node:assert/strict";
import { test } from "node:test";
import { signSuccession } from "@firmament/agents/signing";
import type { Signer } from "@firmament/core/keys";
import { tables } from "@firmament/core/registry";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { propose, refused } from "./support.ts";

test("an approval binds author key, vendor and classes", async () => {
  using c = await Consortium.ready();
  await c.createClass("valve");
  const author = await newSigner("RS384");
  await c.submit(c.member(0).admin, "author.approve", {
    classes: ["sensor", "valve"],
    key: author.key,
    vendor: "acme",
  });
  assert.deepEqual(c.record(tables.author, author.kid), {
    classes: ["sensor", "valve"],
    key: author.key,
    organisation: "alpha.example",
    status: "active",
    vendor: "acme",
  });
  for (const name of ["sensor", "valve"]) {
    assert.deepEqual(c.record(tables.entitlement, author.kid, name), { status: "active", vendor: "acme" });
  }
});

test("only the vendor's organisation approves, for the vendor's own classes, a key once", async () => {
  using c = await Consortium.ready();
  await propose(c, { organisation: "bravo.example", type: "vendor.create", vendor: "bolt" }, [0, 1, 2]);
  const { key } = await newSigner();
  const approve = (member: number, body: object) =>
    c.submit(c.member(member).admin, "author.approve", { classes: ["sensor"], key, vendor: "acme", ...body });
  await refused(c, "vendor/unknown", () => approve(0, { vendor: "nobody" }));
  await refused(c, "identity/organisation", () => approve(1, {}));
  await refused(c, "class/unknown", () => approve(0, { classes: ["pump"] }));
  await refused(c, "class/vendor", () => approve(1, { vendor: "bolt" }));
  await approve(0, {});
  c.now += 1;
  await refused(c, "author/exists", () => approve(0, {}));
});

test("a revoked author key registers nothing more, in any class", async () => {
  using c = await Consortium.ready();
  await c.renewGrant();
  const prepared = await c.prepare();
  const { admin } = c.member(0);
  await refused(c, "author/unknown", () => c.submit(admin, "author.revoke", { author: admin.kid }));
  await refused(c, "identity/organisation", () =>
    c.submit(c.member(1).admin, "author.revoke", { author: c.manifestKey.kid }),
  );
  await c.submit(admin, "author.revoke", { author: c.manifestKey.kid });
  assert.equal(c.record(tables.author, c.manifestKey.kid)?.status, "revoked");
  assert.equal(c.record(tables.entitlement, c.manifestKey.kid, "sensor")?.status, "revoked");
  await refused(c, "author/revoked", () => c.register(prepared));
  c.now += 1;
  await refused(c, "author/revoked", () => c.submit(admin, "author.revoke", { author: c.manifestKey.kid }));
});

test("a retiring key hands a class over with its signature, and the proof stands in the new entitlement", async () => {
  using c = await Consortium.ready();
  const heir = await newSigner("ES256");
  await c.succeed(heir);
  const signature = c.record(tables.entitlement, heir.kid, "sensor")?.succeeds?.signature;
  assert.deepEqual(c.record(tables.entitlement, heir.kid, "sensor"), {
    status: "active",
    succeeds: { from: c.manifestKey.kid, signature },
    vendor: "acme",
  });
  assert.deepEqual(c.record(tables.author, heir.kid)?.classes, ["sensor"]);
  await c.submit(c.member(0).admin, "author.revoke", { author: c.manifestKey.kid });
  await c.renewGrant(heir);
  const { release } = await c.publish({ author: heir });
  assert.equal(c.release(release).state, "PUBLISHED");
});

test("a hand-over needs the retiring key's own signature for this ledger, key and class", async () => {
  using c = await Consortium.ready();
  await c.createClass("valve");
  const [heir, thief] = [await newSigner(), await newSigner()];
  const { admin } = c.member(0);
  const from = c.manifestKey.kid;
  const succeed = (signature: string, className = "sensor") =>
    c.submit(admin, "author.succeed", { className, from, key: heir.key, signature });
  const honest = await signSuccession(c.manifestKey, c.ledger, heir.kid, "sensor");
  await refused(c, "author/succession", async () => succeed(await signSuccession(thief, c.ledger, heir.kid, "sensor")));
  await refused(c, "author/succession", async () =>
    succeed(await signSuccession(c.manifestKey, c.ledger, thief.kid, "sensor")),
  );
  await refused(c, "author/succession", async () =>
    succeed(await signSuccession(c.manifestKey, c.ledger, heir.kid, "valve")),
  );
  const elsewhere = c.ledger.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
  await refused(c, "author/succession", async () =>
    succeed(await signSuccession(c.manifestKey, elsewhere, heir.kid, "sensor")),
  );
  await refused(c, "author/not-entitled", () => succeed(honest, "valve"));
  await refused(c, "identity/organisation", () => {
    return c.submit(c.member(1).admin, "author.succeed", {
      className: "sensor",
      from,
      key: heir.key,
      signature: honest,
    });
  });
  await succeed(honest);
});

test("a class is handed to a new key, or to an active author of the same vendor and organisation", async () => {
  using c = await Consortium.ready();
  await c.createClass("valve");
  await propose(c, { organisation: "alpha.example", type: "vendor.create", vendor: "acorn" }, [0, 1, 2]);
  await propose(c, { organisation: "bravo.example", type: "vendor.create", vendor: "bolt" }, [0, 1, 2]);
  const make = async (vendor: string, className: string, member = 0) => {
    await propose(
      c,
      {
        className,
        policy: { ...(c.record(tables.policy, "valve") ?? assert.fail()) },
        storageLocations: ["slot"],
        type: "class.create",
        vendor,
        versions: "semver",
      },
      [0, 1, 2],
    );
    const author = await newSigner();
    await c.submit(c.member(member).admin, "author.approve", { classes: [className], key: author.key, vendor });
    return author;
  };
  const [acorn, bolt] = [await make("acorn", "nut"), await make("bolt", "screw", 1)];
  await refused(c, "class/vendor", () => c.succeed(acorn));
  await refused(c, "identity/organisation", () => c.succeed(bolt));
  const colleague = await newSigner();
  await c.submit(c.member(0).admin, "author.approve", { classes: ["valve"], key: colleague.key, vendor: "acme" });
  await c.succeed(colleague);
  assert.deepEqual(c.record(tables.author, colleague.kid)?.classes, ["sensor", "valve"]);
  await c.submit(c.member(0).admin, "author.revoke", { author: colleague.kid });
  c.now += 1;
  await refused(c, "author/revoked", () => c.succeed(colleague));
  await refused(c, "identity/exists", () => c.succeed(c.member(0).node));
});

test("a hand-over goes forward: never to itself, never back, and from one predecessor only", async () => {
  using c = await Consortium.ready();
  const [heir, rival] = [await newSigner(), await newSigner()];
  const { admin } = c.member(0);
  const handOver = async (from: Signer, to: Signer) => {
    c.now += 1;
    const signature = await signSuccession(from, c.ledger, to.kid, "sensor");
    return c.submit(admin, "author.succeed", { className: "sensor", from: from.kid, key: to.key, signature });
  };
  await refused(c, "author/succession", () => handOver(c.manifestKey, c.manifestKey));
  await handOver(c.manifestKey, heir);
  await refused(c, "author/succession", () => handOver(heir, c.manifestKey));
  await c.submit(admin, "author.approve", { classes: ["sensor"], key: rival.key, vendor: "acme" });
  await refused(c, "author/succession", () => handOver(rival, heir));
  await handOver(c.manifestKey, heir);
  await handOver(heir, await newSigner());
});

test("eight hand-overs are as many as a device follows", async () => {
  using c = await Consortium.ready();
  let from = c.manifestKey;
  for (let i = 0; i < 9; i++) {
    const to = await newSigner();
    const signature = await signSuccession(from, c.ledger, to.kid, "sensor");
    const body = { className: "sensor", from: from.kid, key: to.key, signature };
    if (i === 8) await refused(c, "author/succession", () => c.submit(c.member(0).admin, "author.succeed", body));
    else await c.submit(c.member(0).admin, "author.succeed", body);
    from = to;
  }
});
