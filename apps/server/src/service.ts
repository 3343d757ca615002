import type { Server } from "node:http";
import { boundFront, type FrontLimits, frontLimits } from "./front/index.ts";

/** A running service: its own address, and the way to end it. */
export interface Service extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** Resolves when the service ended by itself, with the fault that ended it; with nothing after it was disposed. */
  readonly ended: Promise<Error | undefined>;
}

/** What every HTTP front of an agent or ledger can do. */
export interface HttpFront {
  readonly server: Server;
  listen(options: { host: string; port: number }): Promise<unknown>;
}

/** What a service tells its operator. */
export type Log = (event: string, details: Readonly<Record<string, unknown>>) => void;

/** Listens where the address says, loopback included in it, and takes bounded connections only. */
export async function listen(
  front: HttpFront,
  address: URL,
  log: Log,
  limits: FrontLimits = frontLimits,
): Promise<void> {
  boundFront(front.server, limits, log);
  const port = Number(address.port || (address.protocol === "https:" ? 443 : 80));
  await front.listen({ host: address.hostname.replace(/^\[(.*)\]$/, "$1"), port });
}

/** One line of JSON per event on standard error. */
export function logLine(service: string, organisation: string): Log {
  return (event, details) => {
    process.stderr.write(
      `${JSON.stringify({ time: new Date().toISOString(), service, organisation, event, ...details })}\n`,
    );
  };
}
