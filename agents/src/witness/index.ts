export { Alarms } from "./alarms.ts";
export type { Alarm } from "./alarms.ts";
export { Carrier, carrierLimits } from "./carrier.ts";
export { Cosigner } from "./cosigner.ts";
export { witnessErrors } from "./errors.ts";
export { announcementJson, parseAnnouncement, witnessServer } from "./http.ts";
export type {
  Announcement,
  CosignedCheckpoint,
  CosignedMemory,
  StoredBytes,
  WitnessContent,
  WitnessEvidence,
  WitnessIdentity,
  WitnessLog,
  WitnessPeers,
} from "./ports.ts";
export { Witness } from "./service.ts";
export type { WitnessParts } from "./service.ts";
