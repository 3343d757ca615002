/** Codes of the rules about releases; the rest of the registry's stand one folder up. */
export const releaseErrors = {
  "release/manifest-signature": {
    status: 403,
    error: "ERR_MANIFEST_NOT_VERIFIABLE",
    rule: "The manifest must be signed by the author's key.",
    remedy: "Sign the manifest's bytes again with the approved key.",
  },
  "release/payload-signature": {
    status: 403,
    error: "ERR_PAYLOAD_NOT_VERIFIABLE",
    rule: "The payload digest must be signed by the author's key.",
    remedy: "Sign the payload digest again with the approved key.",
  },
  "release/algorithm": {
    status: 403,
    error: "ERR_MANIFEST_NOT_VERIFIABLE",
    rule: "The class's policy must allow the author key's algorithm.",
    remedy: "Use a key of an allowed algorithm.",
  },
  "release/exists": {
    status: 409,
    error: "ERR_UPDATE_ALREADY_EXISTS",
    rule: "A version of a class and a manifest are registered once.",
    remedy: "Raise the version and make a new manifest.",
  },
  "release/sequence": {
    status: 409,
    rule: "monotonicSequenceNumber must be greater than that of the class's last published release.",
    remedy: "Use the present time in milliseconds.",
  },
  "release/sequence-ahead": {
    status: 403,
    rule: "monotonicSequenceNumber must not be further ahead of the ledger's time than the tolerance.",
    remedy: "Use the present time in milliseconds; check this machine's clock.",
  },
  "release/version": {
    status: 409,
    rule: "versionID must be above that of the class's last published release, in the class's order.",
    remedy: "Raise the version.",
  },
  "release/dependency": {
    status: 409,
    rule: "Every dependency must name a class and a version that were published.",
    remedy: "Publish the dependency first.",
  },
  "release/storage-location": {
    status: 403,
    rule: "storageLocation must be one that the class has.",
    remedy: "Name a storage location of the class.",
  },
  "release/floor": {
    status: 409,
    rule: "A release's floor must not be above its own sequence number.",
    remedy: "Lower the floor.",
  },
  "release/unknown": {
    status: 404,
    error: "ERR_UPDATE_NOT_EXISTENT",
    rule: "The release must exist.",
    remedy: "Look it up with `firmament release list`.",
  },
  "release/state": {
    status: 409,
    rule: "The release must be in a state that allows the step.",
    remedy: "Look at its state with `firmament release show`.",
  },
  "release/own-organisation": {
    status: 403,
    rule: "The author's organisation neither stores, approves nor disputes its own release.",
    remedy: "Ask another organisation.",
  },
  "release/acted": {
    status: 409,
    rule: "An organisation takes this step once per release.",
    remedy: "Nothing is left to do; wait for the others.",
  },
  "release/not-author": {
    status: 403,
    rule: "Only the author's organisation takes this step.",
    remedy: "Ask the author's organisation.",
  },
  "release/too-many-live": {
    status: 409,
    rule: "A class has at most 8 live releases.",
    remedy: "Finish or withdraw a rollout first.",
  },
  "rollout/permille": {
    status: 409,
    rule: "A rollout grows, from 1 to 1000 permille, and exists only where the release has one.",
    remedy: "Name a higher share.",
  },
  "hold/renewed": {
    status: 409,
    rule: "An organisation holds a release once.",
    remedy: "Ask another organisation to hold it, or k organisations to revoke it.",
  },
  "dispute/voided": {
    status: 409,
    rule: "A receipt that was voided is not filed again.",
    remedy: "Check the stored bytes, and enrol a new node key if they are right.",
  },
  "dispute/receipt": {
    status: 409,
    rule: "A dispute names a receipt that stands, with another value, and comes from an organisation that holds one itself.",
    remedy: "Fetch the release's receipts and compare again.",
  },
} as const;
