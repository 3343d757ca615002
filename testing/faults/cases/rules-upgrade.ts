import assert from "node:assert/strict";
import { signPossession } from "@firmament/agents/signing";
import { keyId } from "@firmament/core/keys";
import { type Action, rulebook, RulesMissingError, tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { currentRecord, openDatabase } from "@firmament/replica";
import { newSigner, openClassPolicy } from "../../kit/index.ts";
import { rulebookWithFixtureV2 } from "../../registry/fixture-rules-v2.ts";
import { carried, decide, signed } from "../acts.ts";
import type { FaultCase } from "../case.ts";
import { doctor } from "../cli.ts";
import type { FaultMember } from "../fault-member.ts";
import type { FaultNetwork } from "../fault-network.ts";
import { commitAt, statusOf, untilCaughtUp } from "../live.ts";
import { preloading } from "../preload.ts";
import { replayedRoot } from "../replay.ts";
import { until } from "../until.ts";

/** Entries between the vote and the first one under the next rules. */
const NOTICE = 8;
const RULES = 2;

async function createClass(network: FaultNetwork): Promise<void> {
  const { name } = network.member(0);
  const actions: readonly Action[] = [
    { organisation: name, type: "vendor.create", vendor: "acme" },
    {
      className: "sensor",
      policy: openClassPolicy,
      storageLocations: ["slot"],
      type: "class.create",
      vendor: "acme",
      versions: "semver",
    },
  ];
  for (const action of actions) await decide(network, network.members, action);
}

/** Enrols a device with a group. @returns the groups that the ledger gave it */
async function enrolled(network: FaultNetwork, owner: FaultMember): Promise<readonly string[] | undefined> {
  const device = await newSigner();
  const claim = { ledger: network.genesis.ledger, organisation: owner.name, purpose: "device" } as const;
  const proof = await signPossession(device, claim);
  const body = { className: "sensor", groups: ["field"], key: device.key, proof };
  await carried(network, owner, await signed(network, owner, "device.enrol", body));
  const database = openDatabase(owner.home.applicationFile(owner.name), { readOnly: true });
  try {
    return currentRecord(database, tables.device, keyId(nodeCrypto, device.key))?.groups;
  } finally {
    database.close();
  }
}

async function upgraded(member: FaultMember): Promise<void> {
  await member.stop();
  member.env = preloading("rules-v2.ts");
  member.start();
  await member.ready();
}

const sizeAt = async (member: FaultMember): Promise<number> => (await statusOf(member))?.size ?? 0;

/** Leaves the network with the second rules in force: no case of the first build can follow it. */
export const rulesUpgrade: FaultCase = {
  name: "rules-upgrade",
  fault: "a vote activates the next rules at an entry to come, and one organisation has not installed them",
  seconds: 240,
  async run(stage) {
    const { network } = stage;
    const [late, first] = [network.member(3), network.member(0)];
    await createClass(network);
    assert.deepEqual(await enrolled(network, first), ["field"]);
    for (const member of network.members.slice(0, 3)) await upgraded(member);
    await untilCaughtUp(network, first);
    const at = (await sizeAt(first)) + NOTICE;
    await decide(network, network.members, { at, rules: RULES, type: "rules.activate" });
    while ((await sizeAt(first)) <= at) await commitAt(network, first);
    assert.deepEqual(await enrolled(network, first), []);
    stage.note("the three that have them go on, by the next rules from that entry on");
    await until("doctor finds rules-missing", 60_000, async () => (await doctor(late)).includes("rules-missing"));
    const database = openDatabase(late.home.applicationFile(late.name), { readOnly: true });
    const size = Number(database.prepare("SELECT max(size) AS size FROM blocks").get()?.["size"]);
    database.close();
    assert.ok(size <= at, `the fourth has ${size} entries, and lacks the rules from ${at} on`);
    stage.note(`the fourth halted with ${size} entries before entry ${at}; doctor there: rules-missing`);
    const started = performance.now();
    await upgraded(late);
    await untilCaughtUp(network, late);
    stage.time("the fourth has them, and all entries", performance.now() - started);
    const root = (await statusOf(late))?.root;
    assert.equal(await replayedRoot(first, rulebookWithFixtureV2), root);
    await assert.rejects(replayedRoot(first, rulebook), RulesMissingError);
    stage.note("replay from the genesis through both versions gives the same root");
  },
};
