import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { connect, type TLSSocket } from "node:tls";
import { toBase64url } from "@firmament/core/bytes";
import type { Transport } from "@firmament/server/tls";
import { ask, eventually, isCut } from "./support/ask.ts";
import { forge, foreignAuthority, type Identity, stolenAuthority } from "./support/forge.ts";
import { type Member, Members, time } from "./support/members.ts";

const DAY = 86_400;
const STATUS = "v1/status";

describe("who may connect to a member's front", () => {
  let members: Members;
  let alpha: Member;
  let bravo: Identity;
  let stolen: Identity;
  const address = "127.0.0.1";

  before(async () => {
    members = await Members.open();
    alpha = await members.run("alpha.example");
    bravo = await members.identity("bravo.example");
    stolen = await stolenAuthority(members.home, "bravo.example");
  });

  after(() => members[Symbol.asyncDispose]());

  it("[S4-16] takes an active organisation's leaf, and a forger's own that is honest in all but its origin", async () => {
    assert.equal(await ask(alpha.url, STATUS, bravo), 200);
    assert.equal(await ask(alpha.url, STATUS, await forge(stolen, { address })), 200);
  });

  it("[S3-16] speaks TLS 1.3, and no lower version with the best certificate", async () => {
    assert.equal(await ask(alpha.url, STATUS, { ...bravo, minVersion: "TLSv1.3" }), 200);
    for (const maxVersion of ["TLSv1.2", "TLSv1.1"] as const) {
      const lower = { ...bravo, ciphers: "DEFAULT@SECLEVEL=0", maxVersion, minVersion: "TLSv1" } as const;
      assert.match(String(await ask(alpha.url, STATUS, lower)), /alert protocol version/, maxVersion);
    }
  });

  it("[S1-14] lets nobody without a certificate read or write", async () => {
    assert.ok(isCut(await ask(alpha.url, STATUS, {})));
    assert.ok(isCut(await ask(alpha.url, "v1/blocks?from=1", {})));
    assert.ok(isCut(await ask(alpha.url, "v1/transactions", {}, new Uint8Array(10))));
  });

  it("[S1-14] lets nobody with a certificate of an unknown authority read or write", async () => {
    const foreign = await forge(await foreignAuthority(), { address });
    assert.ok(isCut(await ask(alpha.url, STATUS, foreign)));
    assert.ok(isCut(await ask(alpha.url, "v1/transactions", foreign, new Uint8Array(10))));
  });

  it("refuses an unknown authority under the name of a pinned one", async () => {
    const { subject } = new X509Certificate(stolen.cert);
    assert.ok(isCut(await ask(alpha.url, STATUS, await forge(await foreignAuthority(subject), { address }))));
    const another = await stolenAuthority(members.home, "charlie.example");
    assert.ok(isCut(await ask(alpha.url, STATUS, await forge(another, { address, issuer: subject }))));
  });

  it("refuses an expired leaf and one that is not in force yet", async () => {
    const expired = await forge(stolen, { address, from: time() - DAY, until: time() - 1 });
    const early = await forge(stolen, { address, from: time() + DAY, until: time() + 2 * DAY });
    assert.ok(isCut(await ask(alpha.url, STATUS, expired)));
    assert.ok(isCut(await ask(alpha.url, STATUS, early)));
  });

  it("cuts an open connection when its leaf ends", async () => {
    const leaf = await forge(stolen, { address, until: time() + 3 });
    const socket = connect({
      ...leaf,
      host: alpha.url.hostname,
      port: Number(alpha.url.port),
      rejectUnauthorized: false,
    });
    await once(socket, "secureConnect");
    socket.resume();
    await once(socket, "close");
    assert.ok(isCut(await ask(alpha.url, STATUS, leaf)));
  });

  it("bears five hundred connections of one member, whatever its leaves, and serves the others", async () => {
    const leaves = [bravo, await forge(stolen, { address })];
    const sockets: TLSSocket[] = [];
    // A few at a time: a handshake that takes seconds is cut as well.
    while (sockets.length < 520) {
      const some = Array.from({ length: 40 }, (_, i) =>
        connect({
          ...leaves[i % 2],
          host: alpha.url.hostname,
          port: Number(alpha.url.port),
          rejectUnauthorized: false,
        })
          .on("error", () => undefined)
          .resume(),
      );
      await Promise.allSettled(
        some.map((socket) => Promise.race([once(socket, "secureConnect"), once(socket, "close")])),
      );
      sockets.push(...some);
    }
    await eventually(async () => sockets.filter(({ closed }) => closed).length === 8);
    assert.ok(isCut(await ask(alpha.url, STATUS, bravo)));
    assert.equal(await ask(alpha.url, STATUS, await members.identity("charlie.example")), 200);
    for (const socket of sockets) socket.destroy();
    await eventually(async () => (await ask(alpha.url, STATUS, bravo)) === 200);
  });

  it("refuses a leaf that may issue, the authority itself, and whatever a leaf issued", async () => {
    const issuing = await forge(stolen, { address, isAuthority: true });
    assert.ok(isCut(await ask(alpha.url, STATUS, issuing)), "CA:TRUE");
    assert.ok(isCut(await ask(alpha.url, STATUS, stolen)), "the authority");
    const leaf = await forge(stolen, { address });
    for (const issuer of [leaf, issuing]) {
      const below = await forge(issuer, { address });
      const chain = { cert: below.cert + issuer.cert, key: below.key };
      assert.ok(isCut(await ask(alpha.url, STATUS, chain)), "below a leaf");
    }
  });
});

describe("who may connect after the ledger changed", () => {
  const address = "127.0.0.1";
  const unreadable = new Uint8Array(9);
  let members: Members;
  let alpha: Member;
  let bravo: Identity;
  let charlie: Identity;

  before(async () => {
    members = await Members.open();
    alpha = await members.run("alpha.example");
    bravo = await stolenAuthority(members.home, "bravo.example");
    charlie = await stolenAuthority(members.home, "charlie.example");
  });

  after(() => members[Symbol.asyncDispose]());

  const derOf = ({ cert }: Identity): Uint8Array => new X509Certificate(cert).raw;

  /** Puts an organisation's new authority on the ledger, and waits until the front has looked. */
  async function declare(member: number, authority: Uint8Array): Promise<void> {
    const { consortium } = members;
    const certificate = toBase64url(authority);
    await consortium.submit(consortium.member(member).admin, "organisation.authority", { certificate });
    const seen = members.logged.length;
    members.follow();
    await eventually(async () => members.logged.length > seen);
  }

  it("[S4-16] cuts a removed organisation's running connections, refuses new ones, and serves the others", async () => {
    const { consortium } = members;
    const { admin, approver } = consortium.member(0);
    await consortium.submit(admin, "identity.enrol", { key: approver.key, roles: ["approver"] });
    members.follow();
    const removed = await members.transport("delta.example");
    const other = await members.transport("charlie.example");
    const status = (who: Transport) => who.fetch(new URL(STATUS, alpha.url)).then((answer) => answer.status);
    const streams = await Promise.all([removed, other].map((who) => who.fetch(new URL("v1/blocks?from=1", alpha.url))));
    const [cut, kept] = streams;
    assert.equal(await status(removed), 200);
    await consortium.decide({ organisation: "delta.example", type: "organisation.remove" });
    members.follow();
    await assert.rejects(async () => cut?.text());
    await assert.rejects(status(removed));
    assert.equal(await status(other), 200);
    await kept?.body?.cancel();
  });

  it("takes the leaves of a new authority, and no longer those of the one before", async () => {
    const next = await foreignAuthority();
    const [old, fresh] = [await forge(charlie, { address }), await forge(next, { address })];
    assert.deepEqual([await ask(alpha.url, STATUS, old), isCut(await ask(alpha.url, STATUS, fresh))], [200, true]);
    await declare(2, derOf(next));
    assert.deepEqual([isCut(await ask(alpha.url, STATUS, old)), await ask(alpha.url, STATUS, fresh)], [true, 200]);
    await declare(2, derOf(charlie));
  });

  it("gives no authority to an organisation that names it like another's, and goes on serving that one", async () => {
    const impostor = await foreignAuthority(new X509Certificate(charlie.cert).subject);
    await declare(1, derOf(impostor));
    assert.equal(await ask(alpha.url, STATUS, await forge(charlie, { address })), 200);
    assert.ok(isCut(await ask(alpha.url, STATUS, await forge(impostor, { address }))));
    assert.ok(isCut(await ask(alpha.url, STATUS, await forge(bravo, { address }))));
    await declare(1, derOf(bravo));
  });

  it("keeps serving an organisation whose authority another one names too, whatever becomes of that one", async () => {
    const leaf = await forge(bravo, { address });
    await declare(2, derOf(bravo));
    assert.equal(await ask(alpha.url, STATUS, leaf), 200);
    await declare(2, unreadable);
    assert.equal(await ask(alpha.url, STATUS, leaf), 200);
    await declare(1, unreadable);
    assert.ok(isCut(await ask(alpha.url, STATUS, leaf)), "an authority that cannot be read is none");
  });
});
