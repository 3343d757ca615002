import { isIPv6 } from "node:net";
import { refuse } from "../errors.ts";
import type { MemberAddresses } from "./member-file.ts";

const AGENTS = ["author", "register", "retrieval"] as const;

/** Where an organisation runs what. */
export interface Place {
  /** Host name or IP address. */
  readonly address: string;
  readonly engine: string;
  /** First of the five ports that the services use. */
  readonly port: string;
  readonly peerPort: string;
  /** Agents that it runs. */
  readonly runs: readonly string[];
}

function portOf(text: string, last: number): number {
  const port = Number(text);
  if (!Number.isSafeInteger(port) || port < 1 || port > last) throw refuse("cli/usage", `${text} is no port.`);
  return port;
}

/**
 * The addresses of an organisation that runs all at one place.
 *
 * @throws Refusal `cli/usage`
 */
export function addressesOf(options: Place): MemberAddresses {
  if (options.engine !== "cometbft" && options.engine !== "sqlite")
    throw refuse("cli/usage", `--engine ${options.engine}.`);
  const wrong = options.runs.find((agent) => !AGENTS.some((each) => each === agent));
  if (wrong !== undefined) throw refuse("cli/usage", `--runs ${wrong}; agents are ${AGENTS.join(", ")}.`);
  const host = isIPv6(options.address) ? `[${options.address}]` : options.address;
  const first = portOf(options.port, 65_531);
  const url = (offset: number): string => `https://${host}:${first + offset}/`;
  const agents = AGENTS.flatMap((agent, i) => (options.runs.includes(agent) ? [[agent, url(1 + i)]] : []));
  const replicated = options.engine === "cometbft";
  const front = replicated || options.runs.includes("register") ? { ledger: url(0) } : {};
  const peer = replicated ? { peer: `${host}:${portOf(options.peerPort, 65_535)}` } : {};
  return { ...front, ...peer, ...(Object.fromEntries(agents) as Partial<MemberAddresses>), node: url(4) };
}
