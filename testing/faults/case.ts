import type { FaultNetwork } from "./fault-network.ts";
import { Load, type LoadOptions } from "./load.ts";

/** What a case shows besides its verdict: plain words, and figures with their units. */
export interface Seen {
  readonly notes: readonly string[];
  readonly figures: Readonly<Record<string, string>>;
}

/** Where one case plays: a network that runs and is whole, and what the case wants to tell of it. */
export class Stage {
  readonly network: FaultNetwork;
  readonly #notes: string[] = [];
  readonly #figures: Record<string, string> = {};
  readonly #loads: Load[] = [];
  /** Says what happens just now, to whoever waits. */
  readonly progress: (text: string) => void;

  constructor(network: FaultNetwork, progress: (text: string) => void) {
    this.network = network;
    this.progress = progress;
  }

  get seen(): Seen {
    return { figures: this.#figures, notes: this.#notes };
  }

  /** Says what was seen, in the report. */
  note(text: string): void {
    this.#notes.push(text);
    this.progress(text);
  }

  figure(name: string, value: string): void {
    this.#figures[name] = value;
    this.progress(`${name}: ${value}`);
  }

  /** Milliseconds as a figure. */
  time(name: string, ms: number): void {
    this.figure(name, ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
  }

  /** A load that ends with the case at the latest. */
  load(options: LoadOptions): Load {
    const load = new Load(this.network, options);
    this.#loads.push(load);
    return load;
  }

  /** Ends what the case left running; a fault of a load is the case's. */
  async end(): Promise<void> {
    await Promise.all(this.#loads.map((load) => load.stop()));
  }
}

/** One scripted fault. */
export interface FaultCase {
  readonly name: string;
  /** What is done to the network. */
  readonly fault: string;
  /** Seconds within which it ends, one way or the other. */
  readonly seconds: number;
  /** What this machine lacks for it; nothing where it has all. */
  readonly missing?: () => string | undefined;
  /** Ends with the network healed. @throws Error where the network does not do what it must */
  readonly run: (stage: Stage) => Promise<void>;
}
