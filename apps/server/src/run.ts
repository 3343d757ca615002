import { Refusal } from "@firmament/core/errors";
import { Home } from "./home.ts";
import type { Service } from "./service.ts";

/** The services of a home. */
export const serviceKinds = ["application", "author", "ledger", "node", "register", "retrieval", "validator"] as const;
export type ServiceKind = (typeof serviceKinds)[number];

// Each composition root is loaded by itself: a service's process starts with what it needs and nothing else.
async function start(kind: ServiceKind, home: Home, organisation: string): Promise<Service> {
  switch (kind) {
    case "application":
      return (await import("./application.ts")).startApplication(home, organisation);
    case "author":
      return (await import("./author-agent.ts")).startAuthorAgent(home);
    case "ledger":
      return (await import("./ledger.ts")).startLedger(home);
    case "node":
      return (await import("./node.ts")).startNode(home, organisation);
    case "register":
      return (await import("./register-agent.ts")).startRegisterAgent(home);
    case "retrieval":
      return (await import("./retrieval-agent.ts")).startRetrievalAgent(home);
    case "validator":
      return (await import("./validator.ts")).startValidator(home, organisation, stopSignal());
  }
}

// A signal, or the death of the process that started this one and holds the other end of its channel.
function stopSignal(): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const stop = () => {
    resolve(undefined);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  if (process.channel !== undefined) {
    process.once("disconnect", stop);
    process.channel.unref();
  }
  return promise;
}

/**
 * Runs a service until a signal ends it; prints `ready <address>` once it answers. A service that ends by itself met a
 * fault: its process ends with it, and whoever supervises it starts it again.
 *
 * @param organisation whose node or validator; not looked at for the other kinds
 * @returns the exit code: 0 after a signal, 1 after a fault, 3 after a refusal
 */
export async function runService(kind: ServiceKind, homePath: string, organisation: string): Promise<number> {
  try {
    await using service = await start(kind, new Home(homePath), organisation);
    process.stdout.write(`ready ${service.url}\n`);
    const fault = await Promise.race([stopSignal(), service.ended]);
    if (fault !== undefined) throw fault;
    return 0;
  } catch (cause) {
    const shown = cause instanceof Refusal ? JSON.stringify(cause) : cause instanceof Error ? cause.stack : "fault";
    process.stderr.write(`${shown ?? "fault"}\n`);
    return cause instanceof Refusal ? 3 : 1;
  }
}
