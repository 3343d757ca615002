import type { PublicKey } from "@firmament/core/keys";

/**
 * Reads a public key from PEM (SPKI). Pure; it takes no private key.
 *
 * @throws Refusal for anything else
 */
export type ReadPublicKey = (pem: string) => PublicKey;

/** Where an agent tells its operator what it did and what went wrong: no secrets, no bodies. */
export type AgentLog = (event: string, details: Readonly<Record<string, unknown>>) => void;
