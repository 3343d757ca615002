/** A running service: its own address, and the way to end it. */
export interface Service extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** Resolves when the service ended by itself, with the fault that ended it; with nothing after it was disposed. */
  readonly ended: Promise<Error | undefined>;
}

/** What every HTTP front of an agent or ledger can do. */
export interface HttpFront {
  listen(options: { host: string; port: number }): Promise<unknown>;
}

/** Listens where the address says, loopback included in it. */
export async function listen(server: HttpFront, address: URL): Promise<void> {
  const port = Number(address.port || (address.protocol === "https:" ? 443 : 80));
  await server.listen({ host: address.hostname.replace(/^\[(.*)\]$/, "$1"), port });
}

/** What a service tells its operator: one line of JSON per event on standard error. */
export function logLine(service: string, organisation: string) {
  return (event: string, details: Readonly<Record<string, unknown>>): void => {
    process.stderr.write(
      `${JSON.stringify({ time: new Date().toISOString(), service, organisation, event, ...details })}\n`,
    );
  };
}
