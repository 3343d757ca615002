import { refuse } from "../errors.ts";

const LOOPBACK = /^(?:127(?:\.[0-9]{1,3}){3}|\[::1\]|localhost)$/;

/** Lets http:// through on this machine only. @throws Refusal `home/plaintext` */
export function requirePrivate(address: URL): void {
  if (address.protocol === "https:" || LOOPBACK.test(address.hostname)) return;
  throw refuse("home/plaintext", address.origin);
}
