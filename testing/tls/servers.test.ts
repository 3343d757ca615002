import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { SecureContextOptions } from "node:tls";
import type { Transport } from "@firmament/server/tls";
import { answerOnce } from "./support/answer.ts";
import { forge, foreignAuthority, type Identity, stolenAuthority } from "./support/forge.ts";
import { addressOf, Members, time } from "./support/members.ts";

const DAY = 86_400;

describe("who may answer at an organisation's address", () => {
  let members: Members;
  let alpha: Transport;
  let stolen: Identity;
  let address = "";
  let url: URL;

  before(async () => {
    members = await Members.open();
    alpha = await members.transport("alpha.example");
    stolen = await stolenAuthority(members.home, "bravo.example");
    address = addressOf("bravo.example");
    url = members.urlOf("bravo.example");
  });

  after(() => members[Symbol.asyncDispose]());

  /** Answers at bravo's address with this identity, and asks there as alpha. */
  async function askOne(identity: SecureContextOptions): Promise<string> {
    const { asked, got } = await answerOnce(url, identity, () => alpha.fetch(url));
    assert.equal(asked, got === "answered" ? 1 : 0);
    return got;
  }

  it("[S4-16] takes the organisation's own leaf", async () => {
    assert.equal(await askOne(await members.identity("bravo.example")), "answered");
  });

  it("refuses a stranger where the environment says that anyone is to be believed", async () => {
    const stranger = await forge(await foreignAuthority(), { address });
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      assert.match(await askOne(stranger), /UNABLE_TO_|SELF_SIGNED/);
    } finally {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    }
  });

  it("[S4-16] refuses another member's leaf, though it is for that very address", async () => {
    const charlie = await stolenAuthority(members.home, "charlie.example");
    assert.match(await askOne(await forge(charlie, { address })), /UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/);
  });

  it("refuses a leaf of the organisation for another address", async () => {
    assert.match(await askOne(await forge(stolen, { address: "127.0.0.1" })), /ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  it("refuses an unknown authority, and one under the organisation's name", async () => {
    assert.match(await askOne(await forge(await foreignAuthority(), { address })), /UNABLE_TO_|SELF_SIGNED/);
  });

  it("refuses an expired leaf", async () => {
    const expired = await forge(stolen, { address, from: time() - DAY, until: time() - 1 });
    assert.match(await askOne(expired), /CERT_HAS_EXPIRED/);
  });

  it("refuses a leaf that is not in force yet", async () => {
    assert.match(
      await askOne(await forge(stolen, { address, from: time() + DAY, until: time() + 2 * DAY })),
      /CERT_NOT_YET_VALID/,
    );
  });

  it("refuses a leaf that may issue", async () => {
    assert.match(await askOne(await forge(stolen, { address, isAuthority: true })), /tls\/authority/);
  });

  it("refuses a certificate that a leaf issued", async () => {
    const leaf = await forge(stolen, { address });
    const below = await forge(leaf, { address });
    assert.match(await askOne({ cert: below.cert + leaf.cert, key: below.key }), /INVALID_CA|UNABLE_TO_|PATH_LENGTH/);
  });

  it("[S3-16] refuses a server that speaks TLS 1.2 only", async () => {
    assert.match(
      await askOne({ ...(await members.identity("bravo.example")), maxVersion: "TLSv1.2" }),
      /protocol version/,
    );
  });
});
