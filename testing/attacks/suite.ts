import type { Attack } from "./attack.ts";
import { contentAttacks } from "./cases/contents.ts";
import { cosignerAttacks } from "./cases/cosigners.ts";
import { deviceAttacks } from "./cases/devices.ts";
import { historyAttacks } from "./cases/history.ts";
import { peopleAttacks } from "./cases/people.ts";
import { registrationAttacks } from "./cases/registrations.ts";
import { releaseAttacks } from "./cases/releases.ts";
import { stateAttacks } from "./cases/state.ts";
import { surplusAttacks } from "./cases/surplus.ts";
import { trustAttacks } from "./cases/trust.ts";

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
];
