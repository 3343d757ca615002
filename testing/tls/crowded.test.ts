import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { connect } from "node:tls";
import { boundFront, frontLimits } from "@firmament/server/front";
import { ask, isCut } from "./support/ask.ts";
import { type Member, Members } from "./support/members.ts";

const STATUS = "v1/status";

describe("a front over TLS with as many connections of one address as it takes", () => {
  let members: Members;
  let alpha: Member;

  before(async () => {
    members = await Members.open();
    alpha = await members.run("alpha.example", (server) => {
      boundFront(server, { ...frontLimits, maxOfAddress: 1 }, () => undefined);
    });
  });

  after(() => members[Symbol.asyncDispose]());

  it("closes the next one before a handshake, and serves other addresses", async () => {
    const bravo = await members.identity("bravo.example");
    const { hostname: host, port } = alpha.url;
    const options = { ...bravo, host, port: Number(port), rejectUnauthorized: false };
    const held = connect(options);
    await once(held, "secureConnect");
    const over = connect(options);
    const closed = new Promise((resolve) => over.once("close", resolve));
    over.on("error", () => undefined);
    await closed;
    assert.equal(over.bytesRead, 0);
    assert.ok(isCut(await ask(alpha.url, STATUS, bravo)));
    assert.equal(await ask(alpha.url, STATUS, { ...bravo, localAddress: "127.0.0.2" }), 200);
    held.destroy();
  });
});
