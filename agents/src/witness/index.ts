export { Cosigner } from "./cosigner.ts";
export { witnessErrors } from "./errors.ts";
export { announcementJson, parseAnnouncement, witnessServer } from "./http.ts";
export type { Announcement, StoredBytes, WitnessContent, WitnessIdentity, WitnessLog, WitnessPeers } from "./ports.ts";
export { Witness } from "./service.ts";
export type { WitnessParts } from "./service.ts";
