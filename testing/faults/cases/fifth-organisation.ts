import assert from "node:assert/strict";
import { declaration } from "../load.ts";
import { decide } from "../acts.ts";
import type { FaultCase } from "../case.ts";
import { admit, newMember } from "../joining.ts";
import { commitAt, untilCaughtUp } from "../live.ts";
import { until } from "../until.ts";
import { validatorCount } from "../validators.ts";

export const fifthOrganisation: FaultCase = {
  name: "fifth-organisation",
  fault: "a fifth organisation is voted in on the running network, does its part, and is voted out",
  seconds: 200,
  async run(stage) {
    const { network } = stage;
    const founders = network.members;
    const [first, last] = [network.member(0), network.member(3)];
    const fifth = await newMember(network, "echo.example");
    const load = stage.load({ inFlight: 1, members: founders.slice(0, 3) });
    await admit(network, fifth);
    await until("five validators", 30_000, async () => (await validatorCount(first)) === 5);
    fifth.start("validator");
    const started = performance.now();
    try {
      await fifth.ready();
      await untilCaughtUp(network, fifth);
      stage.time("the fifth has all entries", performance.now() - started);
      await commitAt(network, fifth);
      await last.kill();
      await commitAt(network, fifth);
      stage.note("with one founder away its vote makes the quorum of four among five");
      last.start();
      await untilCaughtUp(network, last);
      await decide(network, founders, { organisation: fifth.name, type: "organisation.remove" });
      const late = await declaration(network, fifth);
      await assert.rejects(first.front.submit(late), { code: "organisation/inactive" });
      stage.note("removed, its transactions are refused: organisation/inactive");
      await until("four validators", 30_000, async () => (await validatorCount(first)) === 4);
    } finally {
      await fifth.kill();
    }
    await last.kill();
    await commitAt(network, first);
    stage.note("removed, its vote is needed no more: three of four make a quorum without it");
    last.start();
    await untilCaughtUp(network, last);
    await load.stop();
  },
};
