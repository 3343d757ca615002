import assert from "node:assert/strict";
import { test } from "node:test";
import { remoteNetwork } from "../../src/front/index.ts";

test("an IPv4 address stands for itself, however it is written", () => {
  assert.equal(remoteNetwork("192.0.2.1"), "192.0.2.1");
  assert.equal(remoteNetwork("::ffff:192.0.2.1"), "192.0.2.1");
});

test("an IPv6 address stands for its first 64 bits", () => {
  const networks: Readonly<Record<string, readonly string[]>> = {
    "2001:db8:0:0": ["2001:db8::1", "2001:db8::ffff:0:1", "2001:db8:0:0:1:2:3:4", "2001:db8::"],
    "2001:db8:0:1": ["2001:db8:0:1::", "2001:db8:0:1:1:2:3:4"],
    "1:0:2:3": ["1::2:3:4:5:6:7"],
    "0:0:0:0": ["::1"],
    "fe80:0:0:0": ["fe80::1%2"],
  };
  for (const [network, addresses] of Object.entries(networks)) {
    for (const address of addresses) assert.equal(remoteNetwork(address), network, address);
  }
});
