import type { X509Certificate } from "node:crypto";
import { refuse } from "./errors.ts";

const MARK = "urn:firmament:device:";
const ID = /^[A-Za-z0-9_-]{43}$/;
const PRINTED = `URI:${MARK}`;

/** The one subjectAltName of a device's leaf. @param device its key id @throws Refusal `certificate/device` */
export function deviceName(device: string): string {
  if (!ID.test(device)) throw refuse("certificate/device", "The key id is none.");
  return MARK + device;
}

/** Whether a leaf bears a device's mark, however it is spelt: such a leaf is no member's, and serves nobody. */
export function isDeviceLeaf({ subjectAltName = "" }: X509Certificate): boolean {
  return subjectAltName.toLowerCase().includes(MARK);
}

/** Key id of the device that a leaf is for; nothing where it bears no mark, or another name beside it. */
export function deviceOf({ subjectAltName = "" }: X509Certificate): string | undefined {
  const device = subjectAltName.startsWith(PRINTED) ? subjectAltName.slice(PRINTED.length) : "";
  return ID.test(device) ? device : undefined;
}
