import type { Network } from "@firmament/server/home";
import { type Endpoint, Relay } from "../network/relay.ts";

type Member = Network["nodes"][number];

/** What one organisation reaches of another. */
const services = ["ledger", "peer", "url"] as const;

interface Link {
  readonly service: (typeof services)[number];
  readonly from: string;
  readonly to: string;
  readonly relay: Relay;
}

function endpointOf(address: string): Endpoint {
  const { hostname, port } = new URL(address.includes("//") ? address : `tcp://${address}`);
  return { host: hostname, port: Number(port) };
}

/** The lines between organisations: each reaches every service of every other through a relay of its own. */
export class Links implements AsyncDisposable {
  readonly #links: Link[] = [];

  /** The network as one organisation sees it: its own services where they listen, the others' behind relays. */
  async seenBy(from: string, network: Network): Promise<Network> {
    const nodes = await Promise.all(network.nodes.map((member) => this.#linked(from, member)));
    return { ...network, nodes };
  }

  /** Lets nothing through between organisations of different groups, either way. */
  part(...groups: readonly (readonly string[])[]): void {
    const groupOf = (name: string) => groups.findIndex((group) => group.includes(name));
    for (const { from, relay, to } of this.#links) if (groupOf(from) !== groupOf(to)) relay.cut();
  }

  /** Lets nothing through between one organisation's engine and the others'; everything else goes on. */
  cutEngine(name: string): void {
    for (const { from, relay, service, to } of this.#links) {
      if (service === "peer" && [from, to].includes(name)) relay.cut();
    }
  }

  /** Delays everything on its way by so many milliseconds, each way. */
  delay(delayMs: number): void {
    for (const { relay } of this.#links) relay.delay(delayMs);
  }

  /** Undoes {@link part}, {@link cutEngine} and {@link delay}. */
  heal(): void {
    for (const { relay } of this.#links) {
      relay.delay(0);
      relay.heal();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#links.map(({ relay }) => relay[Symbol.asyncDispose]()));
  }

  async #linked(from: string, member: Member): Promise<Member> {
    if (member.organisation === from) return member;
    const changed: Partial<Record<(typeof services)[number], string>> = {};
    for (const service of services) {
      const target = member[service];
      if (target === undefined) continue;
      const relay = await Relay.listen({ host: "127.0.0.1", port: 0 }, endpointOf(target));
      this.#links.push({ from, relay, service, to: member.organisation });
      const address = `127.0.0.1:${relay.address.port}`;
      changed[service] = service === "peer" ? address : `http://${address}/`;
    }
    return { ...member, ...changed };
  }
}
