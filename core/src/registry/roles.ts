import { type Decoded, oneOf } from "../codec/index.ts";

/** What an identity may do (PROTOCOL I-2). */
export const role = oneOf(
  "admin",
  "approver",
  "assetOwner",
  "auditor",
  "author",
  "builder",
  "device",
  "gateway",
  "node",
  "registerAgent",
  "retrievalAgent",
  "technician",
);
export type Role = Decoded<typeof role>;
