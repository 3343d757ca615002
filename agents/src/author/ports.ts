import type { PetitionBody } from "../http/index.ts";
import type { Registration } from "../upload/index.ts";

/** What an author agent keeps of one author (S4-2, S4-21). */
export interface StoredAuthor {
  /** The author's key id. */
  readonly author: string;
  /** PEM, as the author sent it. */
  readonly publicKey: string;
  /** The newest registration token: whoever has it may register in the author's name while it lives. */
  readonly token: string;
}

/** The author agent's key store. A fault is thrown as it comes; nobody retries, the author petitions again. */
export interface AuthorKeyStore {
  load(author: string): Promise<StoredAuthor | undefined>;
  /** Replaces what was kept of the author; durable, and protected at rest, when it resolves. */
  save(stored: StoredAuthor): Promise<void>;
}

/** A registration on its way to the register agent. */
export interface OutgoingRegistration {
  readonly token: string;
  /** Canonical bytes of the signed `release.register`. */
  readonly transaction: Uint8Array;
  /** Stored bytes, read once and not kept; none for a release that carries its payload inline. */
  readonly payload: AsyncIterable<Uint8Array> | undefined;
}

/**
 * The register agent as its author agents see it. It is trusted with nothing but the carriage: a token that it gives
 * is the ledger's to honour. Retries are made by nobody; a refusal comes with the code that it had at its source.
 */
export interface RegisterAgentClient {
  /** @returns the registration token; a refusal where the petition is pending or wrong */
  petition(petition: PetitionBody, signal: AbortSignal): Promise<string>;
  /** Durable on the ledger when it resolves. Throws what the payload's source throws, where that fails. */
  register(registration: OutgoingRegistration, signal: AbortSignal): Promise<Registration>;
  /** @throws Refusal where it does not answer, or is not ready */
  ready(signal: AbortSignal): Promise<void>;
}
