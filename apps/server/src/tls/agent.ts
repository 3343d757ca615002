import { X509Certificate } from "node:crypto";
import { checkServerIdentity } from "node:tls";
import { isLeafOf } from "@firmament/crypto/certificates";
import { Agent, fetch as tlsFetch } from "undici";
import { refuse } from "./errors.ts";

const CONNECT_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;

// The package and the platform are one implementation with two spellings of its types.
const ask = tlsFetch as unknown as (
  address: URL,
  init: Omit<RequestInit, "dispatcher"> & { readonly dispatcher: Agent },
) => Promise<Response>;

/** The platform's `fetch`, over connections of this agent. */
export function askThrough(agent: Agent, address: URL, init: RequestInit = {}): Promise<Response> {
  return ask(address, { ...init, dispatcher: agent });
}

/**
 * Kept connections that believe one authority only.
 *
 * @param identity own key and leaf, PEM
 * @param now seconds since 1970
 */
export function agentOf(authority: X509Certificate, identity: string, now: () => number): Agent {
  return new Agent({
    allowH2: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // A resumed session would pass by the check of who answers.
    maxCachedSessions: 0,
    connect: {
      ca: authority.toString(),
      cert: identity,
      key: identity,
      minVersion: "TLSv1.3",
      // Said, because an environment variable may say otherwise.
      rejectUnauthorized: true,
      timeout: CONNECT_MS,
      checkServerIdentity: (host, certificate) => {
        const leaf = new X509Certificate(certificate.raw);
        if (!isLeafOf(leaf, authority, now())) return refuse("tls/authority", `${host} shows another's leaf.`);
        return checkServerIdentity(host, certificate);
      },
    },
  });
}
