import { setTimeout as delay } from "node:timers/promises";
import { fromBase64url, toBase64url, utf8 } from "@firmament/core/bytes";
import { boolean, digest256, object, seconds } from "@firmament/core/codec";
import type { StagedContent } from "@firmament/core/content";
import { Refusal, refusalsOf } from "@firmament/core/errors";
import { type Crypto, keyId, type PublicKey, type Signer, verifySignature } from "@firmament/core/keys";
import type { Manifest } from "@firmament/core/manifest";
import {
  decodeTransaction,
  registryErrors,
  type Release,
  releaseErrors,
  type TransactionOf,
} from "@firmament/core/registry";
import type { Ledger, LedgerStatus, Receipt } from "@firmament/replica";
import { signTransaction } from "../signing/index.ts";
import { registered, type Registration, requireManifest, requirePayload } from "../upload/index.ts";
import { refuse } from "./errors.ts";
import { type RegisterLimits, registerLimits } from "./limits.ts";
import { RateLimit } from "./rate-limit.ts";
import type { FindAuthor, FindRelease, StagingStore, TokenMint } from "./ports.ts";
import { discard, stagePayload, storePayload } from "./storing.ts";

/** What a register agent works with. */
export interface RegisterParts {
  readonly ledgerId: string;
  /** Transaction key with role registerAgent. */
  readonly signer: Signer;
  readonly ledger: Ledger;
  readonly tokens: TokenMint;
  readonly content: StagingStore;
  readonly findAuthor: FindAuthor;
  readonly findRelease: FindRelease;
  readonly crypto: Crypto;
  /** Seconds since 1970. */
  readonly clock?: () => number;
  readonly limits?: Partial<RegisterLimits>;
}

/** An author's proof of possession of its key. */
export interface PetitionProof {
  readonly key: PublicKey;
  readonly message: string;
  /** Base64url. */
  readonly signature: string;
}

/** A registration whose token and transaction agree; its payload has not been touched. */
export interface Admitted {
  readonly bytes: Uint8Array;
  readonly transaction: TransactionOf<"release.register">;
  readonly manifest: Manifest;
}

const refuseRegistry = refusalsOf({ ...registryErrors, ...releaseErrors });
const petitioned = object({ author: digest256, granted: boolean }, { end: seconds });

/**
 * Carries petitions and registrations to the ledger, and stores a payload only once the ledger has accepted its
 * manifest (S4-3, S4-15). Its own identity gives petitions their way in and nothing more.
 */
export class RegisterService {
  readonly #parts: RegisterParts;
  readonly #limits: RegisterLimits;
  readonly #clock: () => number;
  readonly #strangers: RateLimit;

  constructor(parts: RegisterParts) {
    this.#parts = parts;
    this.#limits = { ...registerLimits, ...parts.limits };
    this.#clock = parts.clock ?? (() => Math.floor(Date.now() / 1000));
    this.#strangers = new RateLimit(this.#limits.strangersPerMinute, 60);
  }

  /**
   * Petitions the ledger for a token that is made beforehand, so that the ledger never sees it.
   *
   * @returns the token
   * @throws Refusal `register-agent/not-registrable` where the petition is kept as pending; of the ledger
   */
  async petition({ key, message, signature }: PetitionProof, signal: AbortSignal): Promise<string> {
    const { crypto, ledger, signer, tokens } = this.#parts;
    this.#requirePossession({ key, message, signature });
    const issued = Math.max((await ledger.status(signal)).time, this.#clock());
    const token = await tokens.mint({ author: keyId(crypto, key), ends: issued + this.#limits.tokenSeconds, issued });
    const body = { key, message, signature, token: this.#grantOf(token) };
    const expires = this.#clock() + this.#limits.transactionSeconds;
    const draft = { body, expires, ledger: this.#parts.ledgerId, type: "author.petition" } as const;
    const { result } = await this.submit(await signTransaction(signer, draft), signal);
    const { author, granted } = this.#answer(() => petitioned(result, "result"));
    if (!granted) throw refuse("register-agent/not-registrable", `The key is ${author}.`);
    return token;
  }

  // Whoever sends petitions in another's name writes nothing; unknown keys wait in a bounded number, each once.
  #requirePossession({ key, message, signature }: PetitionProof): void {
    const { crypto, findAuthor } = this.#parts;
    const author = keyId(crypto, key);
    if (!verifySignature(crypto, key, utf8(message), fromBase64url(signature))) {
      throw refuseRegistry("petition/signature", author);
    }
    const standing = findAuthor(author);
    if (standing === "approved") return;
    if (standing === "pending") throw refuse("register-agent/not-registrable", `The key is ${author}.`);
    if (!this.#strangers.take(this.#clock())) throw refuse("register-agent/busy");
  }

  /**
   * Verifies a token by the ledger's time, before anything else of a request is read.
   *
   * @returns the author's key id
   * @throws Refusal `register-agent/token-missing`, `token/…`; of the ledger where it does not answer
   */
  async authorOf(token: string | undefined, signal: AbortSignal): Promise<string> {
    if (token === undefined) throw refuse("register-agent/token-missing");
    const { ledger, tokens } = this.#parts;
    return (await tokens.verify(token, (await ledger.status(signal)).time)).author;
  }

  /**
   * Decodes a registration and compares it with its token.
   *
   * @param author of the token, from {@link authorOf}
   * @throws Refusal `codec/…`, `upload/manifest`, `register-agent/token-…`, `register-agent/transaction-type`
   */
  admit(bytes: Uint8Array, token: string, author: string): Admitted {
    const { crypto, ledgerId } = this.#parts;
    const transaction = decodeTransaction(crypto, bytes);
    if (transaction.type !== "release.register") throw refuse("register-agent/transaction-type", transaction.type);
    if (transaction.ledger !== ledgerId) throw refuseRegistry("transaction/ledger", transaction.ledger);
    if (transaction.body.author !== author) throw refuse("register-agent/token-author", `It was made for ${author}.`);
    if (transaction.body.grant !== this.#grantOf(token)) throw refuse("register-agent/token-grant");
    return { bytes, manifest: requireManifest(crypto, utf8(transaction.body.manifest)), transaction };
  }

  /**
   * Stages the payload, submits the transaction, and stores the payload once it was accepted.
   *
   * @throws Refusal `upload/payload-…`, `register-agent/payload`, `register-agent/store-unavailable`, of the ledger:
   *   nothing is stored then; `register-agent/content-unstored` where the release waits for its content
   */
  async register(
    admitted: Admitted,
    payload: AsyncIterable<Uint8Array> | undefined,
    signal: AbortSignal,
  ): Promise<Registration> {
    requirePayload(admitted.manifest, payload);
    const staged = await this.#stage(admitted.manifest.stored, payload, signal);
    try {
      signal.throwIfAborted();
      const receipt = await this.submit(admitted.bytes);
      const { release, state } = this.#answer(() => registered(receipt.result, "result"));
      if (staged !== undefined) {
        this.#requireWanted(release);
        await storePayload(this.#parts.content, staged, release);
      }
      return { receipt: { ...receipt }, release, state };
    } catch (cause) {
      await discard(staged);
      throw cause;
    }
  }

  /**
   * Stores the content of a release that was registered without (S4-30).
   *
   * @param author of the token, from {@link authorOf}
   * @throws Refusal `release/unknown`, `register-agent/token-author`, `register-agent/release-ended`, …
   */
  async complete(
    author: string,
    id: string,
    payload: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<{ readonly release: string; readonly cid: string }> {
    const release = this.#parts.findRelease(id);
    if (release === undefined) throw refuseRegistry("release/unknown", id);
    if (release.author !== author) throw refuse("register-agent/token-author", `It was made for ${author}.`);
    const ended = release.state === "REVOKED" || release.state === "WITHDRAWN";
    if (release.stored === undefined || ended) throw refuse("register-agent/release-ended", `It is ${release.state}.`);
    const staged = await this.#stage(release.stored, payload, signal);
    if (staged !== undefined) await storePayload(this.#parts.content, staged, id);
    return { cid: release.stored.cid, release: id };
  }

  // A transaction that was accepted long ago is answered with its old receipt; its release may have ended since.
  #requireWanted(id: string): void {
    const state = this.#parts.findRelease(id)?.state;
    if (state === "REVOKED" || state === "WITHDRAWN") throw refuse("register-agent/release-ended", `It is ${state}.`);
  }

  /**
   * Relays a finished transaction of whoever signed it. The same one again gives the same receipt, so it is repeated
   * where the ledger does not answer: its answer may be what got lost.
   */
  async submit(transaction: Uint8Array, signal?: AbortSignal): Promise<Receipt> {
    for (let left = this.#limits.submitAttempts - 1; ; left--) {
      try {
        return await this.#parts.ledger.submit(transaction, signal);
      } catch (cause) {
        const passing = cause instanceof Refusal && cause.status === 503;
        if (!passing || left <= 0 || signal?.aborted === true) throw cause;
      }
      await delay(this.#limits.submitRetryMs, undefined, signal === undefined ? {} : { signal });
    }
  }

  status(signal: AbortSignal): Promise<LedgerStatus> {
    return this.#parts.ledger.status(signal);
  }

  #grantOf(token: string): string {
    return toBase64url(this.#parts.crypto.sha256(utf8(token)));
  }

  async #stage(
    stored: Release["stored"],
    payload: AsyncIterable<Uint8Array> | undefined,
    signal: AbortSignal,
  ): Promise<StagedContent | undefined> {
    if (stored === undefined || payload === undefined) return undefined;
    const { content } = this.#parts;
    return stagePayload(content, payload, { expect: stored, maxBytes: this.#limits.maxPayloadBytes, signal });
  }

  #answer<T>(decode: () => T): T {
    try {
      return decode();
    } catch (cause) {
      if (cause instanceof Refusal) throw refuse("register-agent/ledger-answer", cause.message, { cause });
      throw cause;
    }
  }
}
