import { refusalsOf } from "../errors/index.ts";

export const updateErrors = {
  "update/busy": {
    status: 409,
    rule: "A device installs one update at a time.",
    remedy: "Offer again when the running update is confirmed, returned or cancelled.",
  },
  "update/components": {
    status: 400,
    rule: "An update must hold at least one component image, and each component once.",
    remedy: "Offer one release for each component.",
  },
  "update/storage-location": {
    status: 409,
    rule: "An image must be meant for a storage location that the device has.",
    remedy: "Offer a release whose storageLocation is one of the device's components.",
  },
  "update/too-large": {
    status: 413,
    rule: "An image must fit the slot that it is written to.",
    remedy: "Publish a smaller image for this class.",
  },
  "update/equal-sequence": {
    status: 409,
    rule: "The offered sequence must not be the installed one.",
    remedy: "Nothing is to be done: the release is installed.",
  },
  "update/older-sequence": {
    status: 409,
    rule: "The offered sequence must be greater than the installed one.",
    remedy: "Publish the image again under a new sequence.",
  },
  "update/below-counter": {
    status: 409,
    rule: "The offered sequence must not be below the device's rollback counter.",
    remedy: "Publish the image again under a new sequence.",
  },
  "update/below-floor": {
    status: 409,
    rule: "The offered sequence must not be below the floor of its class.",
    remedy: "Offer a release at or above the floor.",
  },
  "update/version": {
    status: 409,
    rule: "The offered version must be superior to the installed one, as integers or as SemVer 2.0.0 order them.",
    remedy: "Publish the image under a superior version.",
  },
  "update/failed-before": {
    status: 409,
    rule: "A release whose trial boots failed too often on this device is not tried again.",
    remedy: "Publish a corrected release under a new sequence.",
  },
  "update/size": {
    status: 422,
    rule: "The content must have exactly the size that the manifest names.",
    remedy: "Fetch the content from another source.",
  },
  "update/image-digest": {
    status: 422,
    rule: "The slot, read back, must have the digests that the manifest names.",
    remedy: "Fetch the content again; where it repeats, the source or the flash is faulty.",
  },
  "update/cancelled": {
    status: 409,
    rule: "The update was cancelled before its trial boot.",
    remedy: "Offer the release again where it is still wanted.",
  },
  "update/superseded": {
    status: 409,
    rule: "The decision before an installation must be about the release whose content was fetched.",
    remedy: "Offer the release that is decided on now.",
  },
  "update/slot-taken": {
    status: 409,
    rule: "An update ends where the device had to fall back to the slot that it was going to write.",
    remedy: "Offer the release again.",
  },
  "update/table": {
    status: 500,
    rule: "A boot table must select one place for each of its components.",
    remedy: "Provision the device again.",
  },
} as const;

export const refuse = refusalsOf(updateErrors);

/** A code of this family, as a journal entry's status names it. */
export type UpdateCode = keyof typeof updateErrors;
