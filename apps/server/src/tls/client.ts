import type { X509Certificate } from "node:crypto";
import type { Agent } from "undici";
import { agentOf } from "./agent.ts";
import { refuse } from "./errors.ts";
import type { Trust } from "./trust.ts";

interface Connections {
  readonly agent: Agent;
  readonly authority: X509Certificate;
  readonly service: string;
}

/** Kept connections to the other organisations' services: one pool for each organisation, which believes its authority only. */
export class TlsClients {
  readonly #now: () => number;
  readonly #pools = new Map<string, Connections>();
  readonly #ending = new Set<Agent>();

  /** @param now seconds since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws Refusal `tls/authority` */
  agent(trust: Trust, organisation: string): Agent {
    const authority = trust.authorityOf(organisation);
    if (authority === undefined) throw refuse("tls/authority", `There is none for ${organisation}.`);
    const found = this.#pools.get(organisation);
    if (found !== undefined) return found.agent;
    const { service } = trust.credentials;
    const agent = agentOf(authority, service, this.#now);
    this.#pools.set(organisation, { agent, authority, service });
    return agent;
  }

  /** Takes a changed trust. Whoever is believed no longer is cut off; with a new leaf of our own, what runs may end. */
  refresh(trust: Trust): void {
    for (const [organisation, { agent, authority, service }] of this.#pools) {
      const isSame = trust.authorityOf(organisation)?.fingerprint256 === authority.fingerprint256;
      if (isSame && service === trust.credentials.service) continue;
      this.#pools.delete(organisation);
      this.#ending.add(agent);
      void (isSame ? agent.close() : agent.destroy()).finally(() => this.#ending.delete(agent));
    }
  }

  async close(): Promise<void> {
    const agents = [...this.#pools.values()].map(({ agent }) => agent);
    await Promise.all([...agents, ...this.#ending].map((agent) => agent.destroy()));
  }
}
