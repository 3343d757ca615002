import { refusalsOf } from "@firmament/core/errors";
import { ENGINE_INSTALL } from "./install.ts";

export const engineErrors = {
  "engine/missing": {
    status: 503,
    rule: "A replicated ledger needs the CometBFT binary, v0.40.0.",
    remedy: `Install it with \`${ENGINE_INSTALL}\`, or name it with COMETBFT_BIN.`,
  },
  "engine/keys": {
    status: 500,
    rule: "An engine's home holds its consensus key and its peer key, which only the owner can read.",
    remedy: "Restore the two key files of the engine's config folder; never use one consensus key on two machines.",
  },
  "engine/nodes": {
    status: 409,
    rule: "An engine runs where the genesis names validators and network.json names the organisations' peer addresses.",
    remedy: "Found the consortium with `--engine cometbft`, or add the missing addresses to network.json.",
  },
  "engine/running": {
    status: 409,
    rule: "An organisation has one supervisor: two would use one consensus key twice.",
    remedy: "Use the one that runs, or end it first.",
  },
  "engine/answer": {
    status: 503,
    error: "ERR_BC_NOT_AVAILABLE",
    rule: "The engine must answer on its own socket.",
    remedy: "Look at the engine's log; its supervisor starts it again.",
  },
} as const;

export const refuse = refusalsOf(engineErrors);
