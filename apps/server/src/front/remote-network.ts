import { isIPv6 } from "node:net";

const MAPPED = "::ffff:";
const GROUPS = 8;

/** Whose connection it is: the IPv4 address, mapped or not, or the first four groups of an IPv6 address, its /64 network. */
export function remoteNetwork(address: string): string {
  if (address.startsWith(MAPPED) && address.includes(".")) return address.slice(MAPPED.length);
  if (!isIPv6(address)) return address;
  const [head = [], tail = []] = address.split("::").map((part) => part.split(":").filter((group) => group !== ""));
  const zeros = Array<string>(GROUPS - head.length - tail.length).fill("0");
  return [...head, ...zeros, ...tail].slice(0, GROUPS / 2).join(":");
}
