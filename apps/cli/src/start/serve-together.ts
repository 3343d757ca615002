import { print, table } from "../output.ts";
import { endServices, type RunningService, type ServiceRef, startServices } from "./processes.ts";

/** Resolves at the first signal to end. */
export function untilSignal(): Promise<void> {
  return new Promise((stop) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop());
  });
}

/** Where services are, for people. */
export function addressLines(services: readonly RunningService[]): readonly string[] {
  return table(services.map(({ name, url }) => [`  ${name}`, url]));
}

export interface ServeOptions {
  readonly json?: boolean;
  /** Ends the services as soon as all are ready. */
  readonly once?: boolean;
}

/**
 * Runs services until a signal ends them, and prints where they are once all are ready. A service that ends by itself is
 * started again.
 *
 * @throws Refusal `cli/waited`
 */
export async function serveTogether(
  home: string,
  refs: readonly ServiceRef[],
  { json = false, once = false }: ServeOptions,
): Promise<void> {
  const services = await startServices(home, refs);
  try {
    const lines = [...addressLines(services), ...(once ? [] : ["Press Ctrl-C to stop."])];
    print({ json: { services: services.map(({ name, pid, url }) => ({ name, pid, url })) }, lines }, json);
    if (!once) await untilSignal();
  } finally {
    await endServices(services);
  }
}
