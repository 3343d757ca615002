import { Refusal } from "@firmament/core/errors";
import { ENGINE_INSTALL, findEngine } from "@firmament/server/engine";

/** Why a test that drives the real engine cannot run here; `false` where it can. */
export function engineSkip(): string | false {
  try {
    findEngine();
    return false;
  } catch (cause) {
    if (cause instanceof Refusal) return `engine cometbft: ${ENGINE_INSTALL}`;
    throw cause;
  }
}
