import type { Attack } from "./attack.ts";
import { contentAttacks } from "./cases/contents.ts";
import { cosignerAttacks } from "./cases/cosigners.ts";
import { deviceAttacks } from "./cases/devices.ts";
import { floorAttacks } from "./cases/floors.ts";
import { historyAttacks } from "./cases/history.ts";
import { peerAttacks } from "./cases/peers.ts";
import { peopleAttacks } from "./cases/people.ts";
import { registerAttacks } from "./cases/register.ts";
import { registrationAttacks } from "./cases/registrations.ts";
import { releaseAttacks } from "./cases/releases.ts";
import { replayAttacks } from "./cases/replays.ts";
import { retrievalAttacks } from "./cases/retrieval.ts";
import { sequencerAttacks } from "./cases/sequencer.ts";
import { stateAttacks } from "./cases/state.ts";
import { storageAttacks } from "./cases/storage.ts";
import { surplusAttacks } from "./cases/surplus.ts";
import { trustAttacks } from "./cases/trust.ts";
import { uploadAttacks } from "./cases/uploads.ts";
import { voteAttacks } from "./cases/votes.ts";

/** Every attack, by what it is made on. */
export const attacks: readonly Attack[] = [
  ...historyAttacks,
  ...cosignerAttacks,
  ...trustAttacks,
  ...stateAttacks,
  ...deviceAttacks,
  ...releaseAttacks,
  ...surplusAttacks,
  ...contentAttacks,
  ...registrationAttacks,
  ...peopleAttacks,
  ...replayAttacks,
  ...storageAttacks,
  ...voteAttacks,
  ...uploadAttacks,
  ...peerAttacks,
  ...registerAttacks,
  ...retrievalAttacks,
  ...floorAttacks,
  ...sequencerAttacks,
];
