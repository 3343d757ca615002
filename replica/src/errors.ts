import { refusalsOf } from "@firmament/core/errors";

export const replicaErrors = {
  "replica/form": {
    status: 500,
    rule: "A replica's database must be one of this version, for this ledger.",
    remedy: "Open the right folder, or remove it and let the node fetch the ledger again.",
  },
  "replica/height": {
    status: 409,
    rule: "Blocks are applied in the order of their heights, none left out.",
    remedy: "Fetch the blocks again from the height that follows the last one.",
  },
  "replica/divergence": {
    status: 500,
    rule: "Every transaction of a block must be accepted by the same rules that accepted it at its source.",
    remedy: "Stop trusting the source; compare entries with another organisation's node.",
  },
  "replica/no-quorum": {
    status: 503,
    rule: "A bundle needs a checkpoint that enough organisations cosigned.",
    remedy: "Wait a moment; if it lasts, look which organisations' nodes do not cosign.",
  },
  "replica/class-unknown": {
    status: 404,
    error: "ERR_UPDATE_NOT_EXISTENT",
    rule: "The class must exist on the ledger.",
    remedy: "Check the class's name.",
  },
  "replica/range": {
    status: 404,
    rule: "An index or a size must lie within the log.",
    remedy: "Ask for the newest checkpoint first.",
  },
} as const;

export const refuse = refusalsOf(replicaErrors);
