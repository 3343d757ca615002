import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "@firmament/core/bytes";
import { decodeNetwork } from "../src/home.ts";

const member = { organisation: "alpha.example", url: "http://127.0.0.1:1/" };
const network = { author: member, ledger: member.url, nodes: [member], register: member, retrieval: member };

test("network.json is JSON in any spelling", () => {
  assert.deepEqual(decodeNetwork(utf8(JSON.stringify(network, null, 2))), network);
});

test("network.json that is no JSON, or holds an address that is none, is refused and no fault", () => {
  const wrong = { ...network, ledger: "http://[/" };
  for (const text of ["", "{", "not JSON", JSON.stringify(wrong)])
    assert.throws(() => decodeNetwork(utf8(text)), { name: "Refusal", code: "home/network" });
  assert.throws(() => decodeNetwork(Uint8Array.of(0xff)), { name: "Refusal", code: "bytes/utf8" });
});

test("devices are asked for certificates over https, and over nothing else", () => {
  const retrieval = { ...member, devices: "certified", url: "https://127.0.0.1:1/" };
  assert.deepEqual(decodeNetwork(utf8(JSON.stringify({ ...network, retrieval }))), { ...network, retrieval });
  const open = { ...network, retrieval: { ...retrieval, url: member.url } };
  assert.throws(() => decodeNetwork(utf8(JSON.stringify(open))), { name: "Refusal", code: "home/network" });
  const other = { ...network, retrieval: { ...retrieval, devices: "some" } };
  assert.throws(() => decodeNetwork(utf8(JSON.stringify(other))), { name: "Refusal", code: "codec/value" });
});
