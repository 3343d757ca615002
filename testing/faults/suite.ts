import type { FaultCase } from "./case.ts";
import { applicationKilledBetween } from "./cases/application-killed-between.ts";
import { badProposer } from "./cases/bad-proposer.ts";
import { clockOff } from "./cases/clock-off.ts";
import { diskFull } from "./cases/disk-full.ts";
import { doubleKey } from "./cases/double-key.ts";
import { fifthOrganisation } from "./cases/fifth-organisation.ts";
import { floodInvalid, floodValid } from "./cases/flood.ts";
import { rulesUpgrade } from "./cases/rules-upgrade.ts";
import { idle } from "./cases/idle.ts";
import { lateJoiner } from "./cases/late-joiner.ts";
import { oldBackup } from "./cases/old-backup.ts";
import { wrongApplication } from "./cases/wrong-application.ts";
import { delay100, delay40 } from "./cases/delay.ts";
import { oneKilled } from "./cases/one-killed.ts";
import { engineCutOff, partitionInHalves, partitionOfOne } from "./cases/partition.ts";
import {
  applicationKilledIdle,
  applicationKilledLoaded,
  engineKilled,
  supervisorKilled,
} from "./cases/process-killed.ts";
import { randomKills } from "./cases/random-kills.ts";
import { twoKilled } from "./cases/two-killed.ts";

/**
 * Every fault, in the order in which they play.
 *
 * @param isSoak whether the idle chain stands for an hour
 */
export const faults = (isSoak: boolean): readonly FaultCase[] => [
  oneKilled,
  twoKilled,
  applicationKilledIdle,
  applicationKilledLoaded,
  applicationKilledBetween,
  engineKilled,
  supervisorKilled,
  partitionInHalves,
  partitionOfOne,
  engineCutOff,
  delay40,
  delay100,
  diskFull,
  clockOff,
  wrongApplication,
  badProposer,
  lateJoiner,
  fifthOrganisation,
  doubleKey,
  idle(isSoak),
  oldBackup,
  // From here on the second rules are in force, and the ledger grows long.
  rulesUpgrade,
  floodValid,
  floodInvalid,
  randomKills,
];
