import { refusalsOf } from "@firmament/core/errors";

export const deviceErrors = {
  "device/locked": {
    status: 409,
    rule: "One process at a time works with a device.",
    remedy: "Wait until the other process has ended.",
  },
  "device/record-lost": {
    status: 500,
    rule: "Of a record's two copies in flash one must be whole.",
    remedy: "The device went on with the factory's values; where it repeats, the flash is faulty.",
  },
} as const;

export const refuse = refusalsOf(deviceErrors);
