import assert from "node:assert/strict";
import { ResponseProcessProposal_ProposalStatus as Status } from "cosmjs-types/tendermint/abci/types";
import { utf8 } from "@firmament/core/bytes";
import { openDatabase } from "@firmament/replica";
import { quantile } from "../../bench/statistics.ts";
import { AbciTap } from "../abci-tap.ts";
import type { FaultCase } from "../case.ts";
import type { FaultMember } from "../fault-member.ts";
import { forgedDeclaration } from "../forgery.ts";
import { until } from "../until.ts";

const PROPOSALS = 5;

function isOnLedger({ home, name }: FaultMember, bytes: Uint8Array): boolean {
  const database = openDatabase(home.applicationFile(name), { readOnly: true });
  try {
    return database.prepare("SELECT 1 FROM transactions WHERE bytes = ?").get(bytes) !== undefined;
  } finally {
    database.close();
  }
}

export const badProposer: FaultCase = {
  name: "bad-proposer",
  fault: "one organisation's proposals carry a transaction with a false signature and one that is no transaction",
  seconds: 150,
  async run(stage) {
    const { network } = stage;
    const member = network.member(3);
    const lies = [await forgedDeclaration(network, member), utf8("no transaction")];
    let proposals = 0;
    await member.stop("validator");
    await using _tap = await AbciTap.open(member.home.runFolder(member.name), (request, answer) => {
      if (answer.prepareProposal !== undefined) {
        proposals++;
        answer.prepareProposal.txs.unshift(...lies);
      }
      // Its own engine asks it as well, and would not propose what it rejects.
      const isOwn = request.processProposal?.txs.some((tx) => lies.some((lie) => Buffer.compare(tx, lie) === 0));
      if (isOwn === true && answer.processProposal !== undefined) answer.processProposal.status = Status.ACCEPT;
      return answer;
    });
    member.start();
    await member.ready();
    const load = stage.load({ inFlight: 1, members: network.members.slice(0, 3) });
    await until(`${PROPOSALS} of its proposals`, 60_000, () => proposals >= PROPOSALS);
    const seen = Date.now();
    await until("transactions of the others after them", 30_000, () => load.since(seen) > 0);
    await load.stop();
    for (const each of network.members) {
      assert.ok(!lies.some((lie) => isOnLedger(each, lie)), `${each.name} executed what was injected`);
    }
    stage.figure("proposals with lies", String(proposals));
    stage.figure("acknowledged meanwhile", String(load.acknowledged.length));
    stage.time("p95", quantile(load.latencies(), 0.95));
    stage.note("every such proposal was rejected, and the next proposer's taken");
    await member.stop("validator");
  },
};
