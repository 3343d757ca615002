import type { ContentStore } from "@firmament/core/content";
import type { Release } from "@firmament/core/registry";

/** What a registration token says; times in seconds since 1970. */
export interface TokenGrant {
  /** The author's key id. */
  readonly author: string;
  readonly issued: number;
  readonly ends: number;
}

/**
 * Makes and checks registration tokens: JWTs with RS384 under the register agent's token key (S4-19), for one ledger.
 * That a token is good says nothing of the ledger's grant, which the ledger checks itself.
 */
export interface TokenMint {
  /** A new token, unlike any before. */
  mint(grant: TokenGrant): Promise<string>;
  /**
   * Checks signature, ledger and lifetime.
   *
   * @param time of the ledger, seconds since 1970
   * @throws Refusal with the name ERR_KEY_NOT_VALID
   */
  verify(token: string, time: number): Promise<{ readonly author: string }>;
}

/** The organisation's content store, from the side that fills it; its own port says what is durable. */
export type StagingStore = Pick<ContentStore, "pin" | "stage">;

/** What the organisation's own replica says of an author key; it may be a moment behind the ledger. */
export type FindAuthor = (author: string) => "approved" | "pending" | "unknown";

/** A release as the organisation's own replica has it, which may be a moment behind the ledger. */
export type FindRelease = (release: string) => Release | undefined;
