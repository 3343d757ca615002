import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { witnessServer } from "@firmament/agents/witness";
import { toBase64, toBase64url } from "@firmament/core/bytes";
import { publicKeyToPem } from "@firmament/crypto";
import { ledgerServer } from "@firmament/ledger-http";
import { contentHandler } from "@firmament/store-file";
import { TestAgents } from "../agents/support/agents.ts";
import { TestAuthor, updateOf } from "../agents/support/author.ts";
import { edKey } from "../vectors/golden/keys.ts";
import { history, runUntil, type Watched, witnessOf } from "../witness/fakes.ts";
import { exchange, type RawRequest, requestBytes } from "./exchange.ts";
import { goldenTransactions } from "./golden.ts";
import {
  brokenRequests,
  byteRequests,
  formRequests,
  hostileTargets,
  jsonRequests,
  strangeRequests,
} from "./request-cases.ts";

let agents: TestAgents;
let watched: Watched & Disposable;
let fronts: Readonly<Record<"author" | "ledger" | "node" | "register" | "retrieval", URL>>;
let token: string;

before(async () => {
  agents = await TestAgents.start();
  const { consortium, ledger, store } = agents;
  token = await new TestAuthor(agents).token();
  await agents.follow();
  watched = witnessOf(consortium, history(consortium));
  await runUntil(watched, () => watched.witness.replica.status.size === consortium.size);
  const node = await agents.serve(witnessServer(watched.witness, watched.ledger, contentHandler(store)));
  fronts = { ...agents.urls, ledger: await agents.serve(ledgerServer(ledger, consortium.genesisFile)), node };
});

after(async () => {
  await agents[Symbol.asyncDispose]();
  watched[Symbol.dispose]();
});

const stranger = publicKeyToPem(edKey("a stranger").key);
const nonsense = toBase64(new Uint8Array(64));
const petition = { message: "a message", publicKey: stranger, signedMessage: nonsense };
const digest = toBase64url(new Uint8Array(32));
const [transaction] = goldenTransactions;
assert.ok(transaction);
const bearer = () => ({ authorization: `Bearer ${token}` });

/** Requests to each front; without a change, each would be refused as well: nothing may come of them. */
const requests: Readonly<Record<keyof typeof fronts, () => Promise<readonly RawRequest[]> | readonly RawRequest[]>> = {
  author: async () => {
    const update = updateOf(await agents.consortium.prepare());
    const body = { publicKey: stranger, update };
    return [
      ...jsonRequests("/register/author", petition),
      ...jsonRequests("/register", body),
      ...formRequests(
        { method: "POST", target: "/register" },
        { publicKey: stranger, update: JSON.stringify(update) },
        "payload",
      ),
      ...jsonRequests("/sign", { manifest: 1 }, 5),
    ];
  },
  ledger: () => [
    ...byteRequests({ method: "POST", target: "/v1/transactions", body: transaction.bytes }, 200),
    ...hostileTargets("/v1/blocks?from=*"),
    { method: "GET", target: "/v1/blocks?from=1&from=x" },
  ],
  node: () => [
    ...jsonRequests("/v1/cosignatures", {
      keyId: "00000000",
      root: digest,
      signature: "A".repeat(86),
      size: 1,
      time: 1,
    }),
    ...jsonRequests("/v1/nonces", { nonce: "AAAA" }),
    ...byteRequests({ method: "POST", target: "/v1/transactions", body: transaction.bytes }),
    ...hostileTargets("/v1/content/*"),
  ],
  register: () => [
    ...jsonRequests("/register/author", petition),
    ...formRequests({ method: "POST", target: "/register" }, { transaction: "{}" }, "payload"),
    ...formRequests({ method: "POST", target: "/register", headers: bearer() }, { transaction: "{}" }, "payload"),
    ...byteRequests({ method: "POST", target: "/v1/transactions", body: transaction.bytes }),
    ...["", "x", "Bearer", "Bearer x", "Bearer a.b.c", `Bearer ${token}x`, `Bearer ${"a".repeat(9000)}`].map(
      (authorization) => ({
        method: "PUT",
        target: `/v1/releases/${digest}/content`,
        headers: { authorization, "content-type": "application/octet-stream" },
        body: new Uint8Array(10),
      }),
    ),
    ...hostileTargets("/v1/releases/*/content").map((request) => ({
      ...request,
      method: "PUT",
      headers: { ...bearer(), "content-type": "application/octet-stream" },
      body: new Uint8Array(10),
    })),
  ],
  retrieval: () => [
    ...["version", "update", "payload"].flatMap((name) => [
      ...jsonRequests(`/retrieve/${name}`, { classID: "sensor", publicKey: stranger }),
    ]),
    ...hostileTargets("/v1/bundles/*"),
    ...hostileTargets("/v1/bundles/sensor?from=*"),
    ...hostileTargets("/v1/bundles/nothing?device=*"),
    ...hostileTargets("/v1/releases/*"),
    ...hostileTargets("/v1/content/*"),
    ...hostileTargets(`/v1/content/*/root`),
    ...hostileTargets(`/v1/content/*/nodes/*`),
  ],
};

const honest = {
  author: "/healthz",
  ledger: "/v1/status",
  node: "/v1/status",
  register: "/healthz",
  retrieval: "/healthz",
};

const standing = async (): Promise<unknown> => ({ files: await agents.files(), size: agents.consortium.size });

const isRefusal = (status: number | undefined): boolean => status !== undefined && status >= 400 && status < 500;

for (const name of ["author", "ledger", "node", "register", "retrieval"] as const)
  test(`the ${name} front answers malformed requests with 4xx and a code, stores nothing and goes on`, async () => {
    const before = await standing();
    const codes = new Map<string, number>();
    for (const request of [...(await requests[name]()), ...strangeRequests()]) {
      const bytes = requestBytes(request);
      const { code, status, text } = await exchange(fronts[name], bytes);
      const told = `${Buffer.from(bytes).toString().slice(0, 600)}\n\n${text.slice(0, 600)}`;
      assert.ok(isRefusal(status), told);
      assert.match(code, /^[a-z0-9-]+\/[a-z0-9-]+$/, told);
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    for (const bytes of brokenRequests("/nothing")) {
      const { status, text } = await exchange(fronts[name], bytes, true);
      assert.ok(status === undefined || isRefusal(status), text);
    }
    assert.deepEqual(await standing(), before);
    assert.deepEqual(agents.faults, []);
    assert.equal((await fetch(new URL(honest[name], fronts[name]))).status, 200);
    console.log(`${name}: ${[...codes].map(([code, count]) => `${code} ${count}`).join(", ")}`);
  });
