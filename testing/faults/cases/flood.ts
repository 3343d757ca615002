import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { ledgerUrl } from "@firmament/server/home";
import { quantile } from "../../bench/statistics.ts";
import { newSigner } from "../../kit/index.ts";
import type { FaultCase, Stage } from "../case.ts";
import type { FaultMember } from "../fault-member.ts";
import { flood } from "../flood.ts";
import { forgedDeclaration } from "../forgery.ts";
import { declaration } from "../load.ts";

const PER_SECOND = 500;
const SECONDS = 20;
const MAX_RATIO = 2;
const QUIET_MS = 5000;

type Make = (stage: Stage, member: FaultMember, i: number) => Promise<Uint8Array>;

const valid: Make = ({ network }, member) => declaration(network, member);

// An unknown signer, a false signature, and no transaction at all, in turn.
const invalid: Make = async ({ network }, member, i) => {
  if (i % 3 === 0) return Uint8Array.from(randomBytes(600));
  if (i % 3 === 1) return forgedDeclaration(network, member);
  return declaration(network, { admin: await stranger });
};
const stranger = newSigner("ES256");

/** Milliseconds that the others' transactions took, p95, while one organisation's front is flooded. */
async function p95During(stage: Stage, what: string, make: Make): Promise<number> {
  const { network } = stage;
  const member = network.member(3);
  const count = PER_SECOND * SECONDS;
  const transactions = await Promise.all(Array.from({ length: count }, (_, i) => make(stage, member, i)));
  const load = stage.load({ inFlight: 1, members: network.members.slice(0, 3) });
  const front = ledgerUrl(network.layout, member.name).href;
  const flooding = flood({ front, perSecond: PER_SECOND, transactions });
  await delay(SECONDS * 1000);
  await load.stop();
  const { answers, perSecond, receipts } = await flooding;
  for (const receipt of receipts) network.receipts.set(receipt.transaction, receipt);
  const said = Object.entries(answers).map(([code, times]) => `${times} ${code}`);
  assert.ok(load.acknowledged.length > 0, `the others got nothing through while ${what} flooded`);
  stage.figure(`${what}, sent`, `${Math.round(perSecond)}/s`);
  stage.figure(`${what}, answers`, said.join(", "));
  const p95 = quantile(load.latencies(), 0.95);
  stage.time(`${what}, p95 of the others`, p95);
  return p95;
}

export const floodValid: FaultCase = {
  name: "flood-valid",
  fault: `one organisation sends ${PER_SECOND} valid transactions a second for ${SECONDS} s`,
  seconds: 150,
  async run(stage) {
    const load = stage.load({ inFlight: 1, members: stage.network.members.slice(0, 3) });
    await delay(QUIET_MS);
    await load.stop();
    stage.time("p95 without a flood", quantile(load.latencies(), 0.95));
    await p95During(stage, "valid", valid);
  },
};

export const floodInvalid: FaultCase = {
  name: "flood-invalid",
  fault: `${PER_SECOND} invalid transactions a second for ${SECONDS} s, beside as many valid ones of the same organisation`,
  seconds: 300,
  async run(stage) {
    const admitted = await p95During(stage, "valid", valid);
    const refused = await p95During(stage, "invalid", invalid);
    stage.figure("ratio", `${(refused / admitted).toFixed(2)} (at most ${MAX_RATIO})`);
    assert.ok(
      refused <= MAX_RATIO * admitted,
      `the others' p95 is ${refused} ms, and ${admitted} ms beside a valid load`,
    );
  },
};
