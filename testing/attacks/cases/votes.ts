import type { ClassPolicy } from "@firmament/core/registry";
import { quorumOf } from "@firmament/core/trust";
import { type Consortium, DAY, type LooseAction, openClassPolicy } from "../../kit/index.ts";
import { type Attack, onLedger } from "../attack.ts";

/** Opens a proposal by the first of `by` and has the others vote for it; its digest. */
async function proposed(c: Consortium, action: LooseAction, by: readonly number[]): Promise<string> {
  const [first = 0, ...others] = by;
  const receipt = await c.submit(c.member(first).admin, "proposal.create", { action });
  const { proposal } = receipt.result as { readonly proposal: string };
  for (const i of others) await vote(c, i, proposal);
  return proposal;
}

const vote = (c: Consortium, member: number, proposal: string) =>
  c.submit(c.member(member).admin, "proposal.vote", { proposal });

const removal = (c: Consortium, member: number): LooseAction => ({
  organisation: c.member(member).name,
  type: "organisation.remove",
});

const onFloor = { ...openClassPolicy, algorithms: ["ES256", "EdDSA"], version: 2 } satisfies ClassPolicy;

/** The deciding vote for a class policy that is weaker in one member, and for one that stands on the floor. */
function belowFloor(member: string, change: Partial<ClassPolicy>): Attack {
  const { algorithms, cosignatures, freshness, receipts } = onFloor;
  const floor = { algorithms, approvals: 2, cosignatures, freshness, receipts };
  return onLedger({
    name: `class policy below the consortium's floor: ${member}`,
    code: "policy/floor",
    threats: ["T19"],
    ready: { policy: { floor }, policy2: { algorithms } },
    prepare: async (c) => {
      const policy = (body: ClassPolicy) =>
        proposed(c, { className: "sensor", policy: body, type: "class.policy" }, [0, 1]);
      return { low: await policy({ ...onFloor, ...change }), same: await policy(onFloor) };
    },
    attack: (c, { low }) => vote(c, 2, low),
    honest: (c, { same }) => vote(c, 2, same),
  });
}

/** Attacks on the votes of the organisations. */
export const voteAttacks: readonly Attack[] = [
  onLedger({
    name: "an organisation votes on its own removal",
    code: "proposal/subject",
    threats: ["T19"],
    prepare: (c) => proposed(c, removal(c, 3), [0, 1]),
    attack: (c, proposal) => vote(c, 3, proposal),
    honest: (c, proposal) => vote(c, 2, proposal),
  }),
  onLedger({
    name: "one organisation votes twice",
    code: "proposal/voted",
    threats: ["T2", "T19"],
    prepare: async (c) => {
      const proposal = await proposed(c, removal(c, 3), [0, 1]);
      c.now += 1;
      return proposal;
    },
    attack: (c, proposal) => vote(c, 1, proposal),
    honest: (c, proposal) => vote(c, 2, proposal),
  }),
  onLedger({
    name: "removal that leaves no quorum to renew the trust root",
    code: "proposal/quorum-unreachable",
    threats: ["T19"],
    ready: { faults: 0 },
    prepare: async (c) => {
      await c.decide(removal(c, 3));
      return proposed(c, removal(c, 2), [0]);
    },
    attack: (c, proposal) => vote(c, 1, proposal),
    honest: async (c, proposal) => {
      const threshold = quorumOf(2, 0);
      await c.nextTrust((before) => ({
        organisations: before.organisations.slice(0, 2),
        rootThreshold: threshold,
        threshold,
      }));
      return vote(c, 1, proposal);
    },
  }),
  belowFloor("receipts", { receipts: 1 }),
  belowFloor("approvals", { approvals: [{ count: 1, role: "approver" }] }),
  belowFloor("cosignatures", { cosignatures: 2 }),
  belowFloor("freshness", { freshness: 2 * DAY }),
  belowFloor("algorithms", { algorithms: ["ES256", "EdDSA", "RS384"] }),
];
