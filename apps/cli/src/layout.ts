import type { Network } from "@firmament/server/home";
import { refuse } from "./errors.ts";

/** Engines of a ledger: one sequencer, or a validator of each organisation. */
export const engines = ["cometbft", "sqlite"] as const;
export type EngineName = (typeof engines)[number];

/** @throws Refusal `cli/usage` */
export function parseEngine(text: string): EngineName {
  const found = engines.find((each) => each === text);
  if (found === undefined) throw refuse("cli/usage", `--engine is one of ${engines.join(", ")}.`);
  return found;
}

/** Ports that {@link layout} asks for. */
export function portsNeeded(engine: EngineName, organisations: readonly string[]): number {
  return engine === "sqlite" ? organisations.length + 4 : 6;
}

const byName = (a: { readonly organisation: string }, b: { readonly organisation: string }) =>
  a.organisation < b.organisation ? -1 : 1;

interface Parts {
  readonly vendor: string;
  readonly operator: string;
  readonly organisations: readonly string[];
  readonly ports: readonly number[];
}

function oneSequencer({ operator, organisations, ports, vendor }: Parts): Network {
  const [ledger = "", author = "", register = "", retrieval = "", ...nodes] = ports.map(
    (port) => `http://127.0.0.1:${port}/`,
  );
  return {
    ledger,
    author: { organisation: vendor, url: author },
    register: { organisation: operator, url: register },
    retrieval: { organisation: operator, url: retrieval },
    nodes: organisations.map((organisation, i) => ({ organisation, url: nodes[i] ?? "" })).sort(byName),
  };
}

const FIRST_HOST = 11;

// Every organisation has an address of its own, as if it were a machine of its own; the ports are the same on each.
function validators({ operator, organisations, ports, vendor }: Parts): Network {
  const [node = 0, ledger = 0, peer = 0, author = 0, register = 0, retrieval = 0] = ports;
  const host = (organisation: string) => `127.0.0.${FIRST_HOST + organisations.indexOf(organisation)}`;
  const url = (organisation: string, port: number) => `http://${host(organisation)}:${port}/`;
  return {
    author: { organisation: vendor, url: url(vendor, author) },
    register: { organisation: operator, url: url(operator, register) },
    retrieval: { organisation: operator, url: url(operator, retrieval) },
    nodes: organisations
      .map((organisation) => ({
        organisation,
        url: url(organisation, node),
        ledger: url(organisation, ledger),
        peer: `${host(organisation)}:${peer}`,
      }))
      .sort(byName),
  };
}

/**
 * Addresses of a consortium on one machine's loopback.
 *
 * @param organisations the first is vendor and runs the author agent; the second runs register and retrieval
 * @param ports as many as {@link portsNeeded}
 * @throws Refusal `cli/usage`
 */
export function layout(engine: EngineName, organisations: readonly string[], ports: readonly number[]): Network {
  const [vendor, operator] = organisations;
  if (vendor === undefined || operator === undefined)
    throw refuse("cli/usage", "--organisations needs two names at least.");
  const parts = { operator, organisations, ports, vendor };
  return engine === "sqlite" ? oneSequencer(parts) : validators(parts);
}
