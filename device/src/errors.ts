import { refusalsOf } from "@firmament/core/errors";

export const deviceErrors = {
  "device/locked": {
    status: 409,
    rule: "One process at a time works with a device.",
    remedy: "Wait until the other process has ended.",
  },
} as const;

export const refuse = refusalsOf(deviceErrors);
