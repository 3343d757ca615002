import { fromUtf8, toBase64url, utf8 } from "@firmament/core/bytes";
import { type Crypto, keyId, type Signer } from "@firmament/core/keys";
import { decodeTransaction, type Rollout } from "@firmament/core/registry";
import type { Petition } from "../http/index.ts";
import { signTransaction } from "../signing/index.ts";
import { type Registration, requireManifest, requirePayload } from "../upload/index.ts";
import { refuse } from "./errors.ts";
import type { AuthorKeyStore, RegisterAgentClient } from "./ports.ts";

/** What an author agent works with. */
export interface AuthorParts {
  /** Id of the ledger that it registers on. */
  readonly ledger: string;
  /** Transaction key with role author. The manifest key stays with the author. */
  readonly signer: Signer;
  readonly keyStore: AuthorKeyStore;
  readonly register: RegisterAgentClient;
  readonly crypto: Crypto;
  /** Seconds since 1970. */
  readonly clock?: () => number;
}

/** An update as its author signed it. */
export interface SignedUpdate {
  /** The author's key id. */
  readonly author: string;
  /** Canonical JSON. */
  readonly manifest: Uint8Array;
  /** Over the manifest's digest, base64url: source 004's authorManifestSign. */
  readonly signature: string;
  /** Over the payload's digest, base64url: source 004's authorSign. */
  readonly payloadSignature: string;
  readonly rollout?: Rollout;
  readonly floor?: number;
}

/** Life of a transaction in seconds: an upload must end within it, and two clocks may differ by what is left of 600. */
const TRANSACTION_SECONDS = 480;

// The register agent can withhold, and nothing else: what it says was registered must be what was sent.
function requireOwn({ receipt, release }: Registration, id: string): void {
  if (receipt.transaction !== id || release !== id)
    throw refuse("author-agent/answer", `It is about ${release}, not ${id}.`);
}

/** Takes updates from authors, and carries them to the register agent under the organisation's own identity. */
export class AuthorService {
  readonly #parts: Required<AuthorParts>;

  constructor(parts: AuthorParts) {
    this.#parts = { ...parts, clock: parts.clock ?? (() => Math.floor(Date.now() / 1000)) };
  }

  /** Asks for a registration token and keeps it. @throws Refusal of the register agent, unchanged */
  async petition({ body, key }: Petition, signal: AbortSignal): Promise<string> {
    const { crypto, keyStore, register } = this.#parts;
    const token = await register.petition(body, signal);
    await keyStore.save({ author: keyId(crypto, key), publicKey: body.publicKey, token });
    return token;
  }

  /**
   * Registers an update; its payload passes through and is not kept.
   *
   * @throws Refusal `upload/…`, `manifest/…`, `author-agent/token-missing`; of the register agent, unchanged
   */
  async register(
    update: SignedUpdate,
    payload: AsyncIterable<Uint8Array> | undefined,
    signal: AbortSignal,
  ): Promise<Registration> {
    const { crypto, keyStore, register } = this.#parts;
    requirePayload(requireManifest(crypto, update.manifest), payload);
    const stored = await keyStore.load(update.author);
    if (stored === undefined) throw refuse("author-agent/token-missing", `The author is ${update.author}.`);
    const transaction = await this.#transaction(update, stored.token);
    const registration = await register.register({ payload, token: stored.token, transaction }, signal);
    requireOwn(registration, decodeTransaction(crypto, transaction).id);
    return registration;
  }

  ready(signal: AbortSignal): Promise<void> {
    return this.#parts.register.ready(signal);
  }

  #transaction({ manifest, ...update }: SignedUpdate, token: string): Promise<Uint8Array> {
    const { clock, crypto, ledger, signer } = this.#parts;
    const grant = toBase64url(crypto.sha256(utf8(token)));
    const body = { ...update, grant, manifest: fromUtf8(manifest) };
    return signTransaction(signer, { body, expires: clock() + TRANSACTION_SECONDS, ledger, type: "release.register" });
  }
}
