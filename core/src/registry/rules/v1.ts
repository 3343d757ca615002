import type { Call } from "../context.ts";
import type { Reading } from "../scope.ts";
import { approveRelease, holdRelease, revokeRelease, widenRollout, withdrawRelease } from "./approvals.ts";
import { approveAuthor, petition, revokeAuthor, succeedAuthor } from "./authors.ts";
import { enrolDevice, updateDevice } from "./devices.ts";
import { enrolIdentity, revokeIdentity } from "./identities.ts";
import { registerRelease } from "./register.ts";
import { disputeReceipt, storageReceipt } from "./storage.ts";
import { tick } from "./tick.ts";
import { nextTrust } from "./trust.ts";
import { createProposal, vote } from "./votes.ts";
import { declareAuthority, declareNode } from "./nodes.ts";

/** Version 1 of the rules: the rule of each transaction type. */
export function* applyV1(call: Call): Reading<object> {
  const { transaction } = call;
  switch (transaction.type) {
    case "author.approve":
      return yield* approveAuthor({ ...call, transaction });
    case "author.petition":
      return yield* petition({ ...call, transaction });
    case "author.revoke":
      return yield* revokeAuthor({ ...call, transaction });
    case "author.succeed":
      return yield* succeedAuthor({ ...call, transaction });
    case "device.enrol":
      return yield* enrolDevice({ ...call, transaction });
    case "device.update":
      return yield* updateDevice({ ...call, transaction });
    case "identity.enrol":
      return yield* enrolIdentity({ ...call, transaction });
    case "identity.revoke":
      return yield* revokeIdentity({ ...call, transaction });
    case "node.declare":
      return yield* declareNode({ ...call, transaction });
    case "organisation.authority":
      return yield* declareAuthority({ ...call, transaction });
    case "proposal.create":
      return yield* createProposal({ ...call, transaction });
    case "proposal.vote":
      return yield* vote({ ...call, transaction });
    case "release.approve":
      return yield* approveRelease({ ...call, transaction });
    case "release.hold":
      return yield* holdRelease({ ...call, transaction });
    case "release.register":
      return yield* registerRelease({ ...call, transaction });
    case "release.revoke":
      return yield* revokeRelease({ ...call, transaction });
    case "release.rollout":
      return yield* widenRollout({ ...call, transaction });
    case "release.withdraw":
      return yield* withdrawRelease({ ...call, transaction });
    case "storage.dispute":
      return yield* disputeReceipt({ ...call, transaction });
    case "storage.receipt":
      return yield* storageReceipt({ ...call, transaction });
    case "tick":
      return yield* tick({ ...call, transaction });
    case "trust.next":
      return yield* nextTrust({ ...call, transaction });
  }
}
