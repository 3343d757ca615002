import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Session } from "@firmament/cli/src/session.ts";
import { approveAuthor, CHARLIE, createClass, enrolEverybody } from "@firmament/cli/src/start/people.ts";
import { engineSkip } from "../network/engine-skip.ts";
import { installed, newDevice, offered, published } from "./campaign.ts";
import { Stage } from "./case.ts";
import { badProposer } from "./cases/bad-proposer.ts";
import { fifthOrganisation } from "./cases/fifth-organisation.ts";
import type { FaultMember } from "./fault-member.ts";
import { FaultNetwork } from "./fault-network.ts";
import { copied, rootOfNode } from "./general-copy.ts";
import { assertInvariants } from "./invariants.ts";
import { giveAgents, secondAuthorAgent, sessionAt } from "./more-agents.ts";

describe("what four organisations bear on the real engine", { skip: engineSkip() }, () => {
  let network: FaultNetwork;
  let secondAuthor: FaultMember;
  // What people use at first, and what is left to them without the operator.
  let [first, second]: Session[] = [];
  let release: string;
  let decision: object | undefined;

  const at = (name: string) => join(network.folder, name);
  const sessions = (): readonly [Session, Session] => {
    assert.ok(first !== undefined && second !== undefined);
    return [first, second];
  };

  async function playOut(run: (stage: Stage) => Promise<void>): Promise<void> {
    const stage = new Stage(network, () => undefined);
    try {
      await run(stage);
    } finally {
      await stage.end();
    }
    await assertInvariants(network);
  }

  before(async () => {
    network = await FaultNetwork.found();
    const [vendor, operator, charlie, delta] = [0, 1, 2, 3].map((i) => network.member(i));
    assert.ok(vendor !== undefined && operator !== undefined && charlie !== undefined && delta !== undefined);
    secondAuthor = await secondAuthorAgent(vendor, await giveAgents(charlie));
    vendor.start("validator", "node", "author");
    for (const each of [operator, charlie]) each.start("validator", "node", "register", "retrieval");
    delta.start();
    secondAuthor.start("author");
    await Promise.all([network.ready(), secondAuthor.ready()]);
    first = await sessionAt(network, vendor.home);
    second = await sessionAt(network, secondAuthor.home);
    await enrolEverybody(first);
    const agent = await first.signer({ actor: "register-agent", organisation: CHARLIE });
    const proof = await first.prove(agent, CHARLIE, "transaction");
    const admin = { actor: "admin", organisation: CHARLIE } as const;
    await first.submit(admin, "identity.enrol", { key: agent.key, proof, roles: ["registerAgent"] });
    await createClass(first);
    await approveAuthor(first);
  });

  after(async () => {
    await secondAuthor.retire();
    await network[Symbol.asyncDispose]();
  });

  it("[S1-4] answers the same to every query, whichever organisation's agent is asked", async () => {
    const [one, other] = sessions();
    release = await published(one, network.folder, "1.0.0");
    const device = await newDevice(one, at("device-1"));
    const answers = [one, other].map(({ network: { retrieval } }) => offered(retrieval.url, device, release));
    const [ours, theirs] = await Promise.all(answers);
    assert.deepEqual(ours?.decision, theirs?.decision);
    decision = ours?.decision;
  });

  it("[S4-7] executes the same rules at register and retrieval nodes, and a copy that executes nothing proves the same", async () => {
    const { ledger } = sessions()[0].genesis;
    const [register, retrieval] = [1, 2].map((i) => network.member(i));
    assert.ok(register !== undefined && retrieval !== undefined);
    const [size, root] = await copied(register, ledger, at("general"));
    assert.equal(rootOfNode(register, size), root);
    assert.equal(rootOfNode(retrieval, size), root);
  });

  it("[S0-12] [S1-4] goes on with the same answers when the operator is gone in mid-campaign, from whoever has the image", async () => {
    const [, other] = sessions();
    await network.member(1).kill();
    await network.member(0).stop("author");
    const device = await newDevice(other, at("device-2"));
    const { url } = other.network.retrieval;
    const offer = await offered(url, device, release);
    assert.deepEqual(offer.decision, decision);
    assert.equal(await installed(at("device-2"), url, offer), "confirmed");
  });

  it("[S1-18] [S4-9] publishes without one server of each kind: validator, node, author, register and retrieval agent", async () => {
    const [, other] = sessions();
    const next = await published(other, network.folder, "1.1.0");
    const device = await newDevice(other, at("device-3"));
    const { url } = other.network.retrieval;
    assert.equal(await installed(at("device-3"), url, await offered(url, device, next)), "confirmed");
    await network.heal();
    await assertInvariants(network);
  });

  it("[S0-5] takes no record that one organisation's agent or proposals forge", async () => {
    const [, other] = sessions();
    const agent = { actor: "register-agent", organisation: CHARLIE } as const;
    await assert.rejects(other.submit(agent, "release.approve", { release }), { code: "identity/role" });
    await playOut(badProposer.run);
  });

  it("[S0-30] takes a fifth organisation in while it runs, and takes a removed one's power", async () => {
    await playOut(fifthOrganisation.run);
  });
});
