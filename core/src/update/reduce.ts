import {
  onCancel,
  onChunkWritten,
  onContentEnded,
  onOffer,
  onPiece,
  onSlotFailed,
  onSlotVerified,
} from "./download.ts";
import type { UpdateEvent } from "./event.ts";
import { onDecided, onDeclined } from "./install.ts";
import { defaultUpdateLimits, type State, type Transition, type UpdateLimits } from "./state.ts";
import { onBoot, onBootTimeout, onConfirmWritten, onSelfTest } from "./trial.ts";

/**
 * The update client: one step. Pure; an event that does not fit the phase changes nothing. The shell performs the
 * effects in order, gives back the events that they name, and begins every start with a `boot` event.
 */
export function reduce(state: State, event: UpdateEvent, limits: UpdateLimits = defaultUpdateLimits): Transition {
  switch (event.type) {
    case "boot":
      return onBoot(state, event);
    case "offer":
      return onOffer(state, event, limits);
    case "piece":
      return onPiece(state, event, limits);
    case "chunk-written":
      return onChunkWritten(state, event);
    case "content-ended":
      return onContentEnded(state, event);
    case "slot-verified":
      return onSlotVerified(state, event);
    case "slot-failed":
      return onSlotFailed(state, event);
    case "decided":
      return onDecided(state, event, limits);
    case "declined":
      return onDeclined(state, event);
    case "self-test":
      return onSelfTest(state, event);
    case "boot-timeout":
      return onBootTimeout(state, event);
    case "confirm-written":
      return onConfirmWritten(state, event);
    case "cancel":
      return onCancel(state, event);
  }
}
