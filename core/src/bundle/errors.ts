import { refusalsOf } from "../errors/index.ts";

const FETCH = "Fetch the bundle again, from another place if this repeats.";

export const bundleErrors = {
  "bundle/form": { status: 400, rule: "A bundle must have the form of docs/PROTOCOL.md, clause B-1.", remedy: FETCH },
  "bundle/surplus": {
    status: 400,
    rule: "A bundle may carry nothing that its verification does not use.",
    remedy: FETCH,
  },
  "bundle/ledger": {
    status: 403,
    rule: "The bundle must come from the device's ledger or from its successor.",
    remedy: "Ask for a bundle of the ledger that the device was made for.",
  },
  "bundle/trust-version": {
    status: 403,
    rule: "The newest trust root of the bundle must be the one that its last entry names.",
    remedy: FETCH,
  },
  "bundle/checkpoint-older": {
    status: 403,
    rule: "The checkpoint must not be smaller than the one that the device saw last.",
    remedy: "Ask for the newest bundle; this one is a replay.",
  },
  "bundle/checkpoint-fork": {
    status: 403,
    rule: "Two checkpoints of one size must have one root.",
    remedy: "Keep both and report them: the ledger showed two histories.",
  },
  "bundle/consistency-missing": {
    status: 403,
    rule: "The trust root demands a consistency proof from the size that the device saw last.",
    remedy: "Ask for the bundle with `?from=<size>`.",
  },
  "bundle/cosigner-unknown": {
    status: 403,
    rule: "Only cosigners of the newest trust root count.",
    remedy: "Fetch a bundle made under the trust root in force.",
  },
  "bundle/cosigner-twice": {
    status: 403,
    rule: "One organisation has one vote, and cosignatures stand in the order of their key ids.",
    remedy: FETCH,
  },
  "bundle/delegation-expired": {
    status: 403,
    rule: "A cosigner's delegation must last beyond the entry's time and its cosignature.",
    remedy: "Have the consortium renew its trust root.",
  },
  "bundle/cosignature": { status: 403, rule: "Every cosignature must verify over the checkpoint.", remedy: FETCH },
  "bundle/cosignatures-few": {
    status: 403,
    rule: "A checkpoint needs the cosignatures of the threshold's organisations.",
    remedy: "Wait until enough organisations have cosigned, then fetch the bundle again.",
  },
  "bundle/entry-not-last": {
    status: 403,
    rule: "Only the last entry of the checkpoint speaks of the present.",
    remedy: FETCH,
  },
  "bundle/entry-stale": {
    status: 403,
    rule: "The last entry must not be older than the freshness limit.",
    remedy: "Fetch a newer bundle; if there is none, the ledger or the path to it stands still.",
  },
  "bundle/entry-future": {
    status: 403,
    rule: "The last entry must not be ahead of the device's clock.",
    remedy: "Set the device's clock.",
  },
  "bundle/entry-back": {
    status: 403,
    rule: "Time must not go back from the newest entry that the device saw.",
    remedy: "Ask for the newest bundle; this one is a replay.",
  },
  "bundle/nonce": {
    status: 403,
    rule: "A device without a clock needs its nonce signed by the threshold's organisations.",
    remedy: "Ask for a bundle with `?nonce=<nonce>`.",
  },
  "bundle/class-unknown": {
    status: 404,
    rule: "The ledger must know the device's class.",
    remedy: "Check the device's class.",
  },
  "bundle/device-record": {
    status: 403,
    rule: "A targeted class demands the proof of the device's own active record of that class.",
    remedy: "Enrol the device, then fetch the bundle of this very device.",
  },
  "bundle/manifests": {
    status: 403,
    rule: "A bundle carries the manifest of every live release and of no other, in the order of the head.",
    remedy: FETCH,
  },
  "bundle/manifest-digest": {
    status: 403,
    rule: "A manifest must have the digest that the head names.",
    remedy: FETCH,
  },
  "bundle/manifest-class": {
    status: 403,
    rule: "A manifest must be for the device's class, and agree with the head in sequence and version.",
    remedy: "Ask for the bundle of the device's class.",
  },
  "bundle/author-unknown": {
    status: 403,
    rule: "The author's key must be one that the device pins, or have been handed over from one by signatures.",
    remedy: "Check who offers this; a quorum of organisations cannot replace the author's key.",
  },
  "bundle/author-revoked": {
    status: 403,
    rule: "The author must be entitled to the class now.",
    remedy: "Wait for a release by an entitled author.",
  },
  "bundle/algorithm": {
    status: 403,
    rule: "The class's policy must allow the algorithm of the author's key.",
    remedy: "Wait for a release signed with an allowed algorithm.",
  },
  "bundle/manifest-signature": {
    status: 403,
    error: "ERR_MANIFEST_NOT_VERIFIABLE",
    rule: "The manifest must be signed by its author.",
    remedy: FETCH,
  },
  "bundle/payload-signature": {
    status: 403,
    error: "ERR_PAYLOAD_NOT_VERIFIABLE",
    rule: "The payload digest must be signed by the author.",
    remedy: FETCH,
  },
  "offer/none": {
    status: 404,
    error: "ERR_UPDATE_NOT_EXISTENT",
    rule: "There is no live release for this device.",
    remedy: "Nothing is to be done; ask again later.",
  },
  "offer/revoked": { status: 403, rule: "The release was revoked.", remedy: "Take the newest live release." },
  "offer/withdrawn": {
    status: 403,
    rule: "The release was withdrawn by its author.",
    remedy: "Take the newest live release.",
  },
  "offer/not-live": {
    status: 403,
    rule: "The release is not live for its class.",
    remedy: "Take the newest live release.",
  },
  "offer/held": { status: 403, rule: "The release is held by an organisation.", remedy: "Wait until the hold ends." },
  "offer/outside-rollout": {
    status: 403,
    rule: "The device is not in the release's rollout yet.",
    remedy: "Wait until the rollout reaches the device.",
  },
  "offer/sequence": {
    status: 403,
    rule: "A release must have a greater sequence number than the installed one.",
    remedy: "Nothing is to be done; the device is not older.",
  },
  "offer/version": {
    status: 403,
    rule: "A release must have a higher version than the installed one.",
    remedy: "Nothing is to be done; the device is not older.",
  },
  "offer/floor": {
    status: 403,
    rule: "A release must not be below the class's floor.",
    remedy: "Take the newest live release.",
  },
  "offer/vendor": {
    status: 403,
    rule: "A release must be of the device's vendor.",
    remedy: "Check the device's vendor.",
  },
  "offer/storage-location": {
    status: 403,
    rule: "A release must be for a storage location that the device has.",
    remedy: "Check the device's storage locations.",
  },
  "offer/format": {
    status: 403,
    rule: "A release must be in a payload format and wrapper that the device can process.",
    remedy: "Publish the release in a format of the device.",
  },
  "offer/dependency": {
    status: 403,
    rule: "What a release depends on must be installed.",
    remedy: "Install the dependency first.",
  },
  "offer/safe-state": {
    status: 403,
    rule: "The device must assert the safe states that the class demands.",
    remedy: "Bring the device into its safe state.",
  },
  "offer/window": {
    status: 403,
    rule: "The class allows installing in its windows only.",
    remedy: "Wait for the next window.",
  },
} as const;

export const refuse = refusalsOf(bundleErrors);
