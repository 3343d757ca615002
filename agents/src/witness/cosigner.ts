import { equal, fromBase64url } from "@firmament/core/bytes";
import { nonceMessage } from "@firmament/core/bundle";
import { cosignatureMessage, cosignerKeyId, rootAt } from "@firmament/core/log";
import { checkpointText, Cosignatures, logNodes, type Replica } from "@firmament/replica";
import { refuse } from "./errors.ts";
import { MAX_SKEW } from "./limits.ts";
import { TrustInForce } from "./trust-in-force.ts";
import type { Announcement, CosignedCheckpoint, CosignedMemory, WitnessIdentity } from "./ports.ts";

/** @throws Refusal `witness/clock` for a block from the future */
export function assertNotAhead(time: number, now: number): void {
  if (time > now + MAX_SKEW) throw refuse("witness/clock", `The block says ${time}, the clock ${now}.`);
}

/**
 * Cosigns what the organisation's own replica computed, and nothing else. The last cosigned checkpoint is durable
 * before a signature leaves, and every later one continues it (PROTOCOL O-6).
 */
export class Cosigner {
  readonly #replica: Replica;
  readonly #identity: WitnessIdentity;
  readonly #clock: () => number;
  readonly #memory: CosignedMemory;
  #recalled = false;
  readonly kept: Cosignatures;
  readonly trust: TrustInForce;

  constructor(replica: Replica, identity: WitnessIdentity, memory: CosignedMemory, clock: () => number) {
    this.#replica = replica;
    this.#identity = identity;
    this.#clock = clock;
    this.#memory = memory;
    this.trust = new TrustInForce(replica);
    this.kept = new Cosignatures(replica.database, replica.crypto, replica.genesis.ledger);
  }

  /** Says that the other nodes have told what they keep of this organisation; nothing is cosigned before. */
  recalled(): void {
    this.#recalled = true;
  }

  /** Learns of an own cosignature, true by its signature, that a restored disk may have forgotten. */
  remind({ root, size }: CosignedCheckpoint): void {
    if (size > (this.#memory.last?.size ?? 0)) this.#memory.remember({ root, size });
  }

  /**
   * Cosigns the newest checkpoint.
   *
   * @param notBefore by the own clock, when its block was made at the earliest, as far as this node saw; of one that
   * was made before it looked, the clock says nothing but that it must not be ahead
   * @returns `undefined` where it was cosigned before
   * @throws Refusal `witness/clock`, `witness/stale`, `witness/not-cosigner`, `witness/recalling`, `witness/behind`,
   *   `witness/two-histories`
   */
  async cosign(notBefore = 0): Promise<Announcement | undefined> {
    const { root, size, time } = this.#replica.status;
    const now = this.#clock();
    if (time < notBefore - MAX_SKEW) {
      throw refuse("witness/clock", `The block says ${time}, it was made after ${notBefore}.`);
    }
    assertNotAhead(time, now);
    this.#assertFresh(time, now);
    const keyId = this.#keyId();
    if (!this.#claim({ root, size })) return undefined;
    const { crypto, database, genesis } = this.#replica;
    const text = checkpointText(database, crypto, genesis.ledger, size);
    const signature = await this.#identity.cosigner.sign(cosignatureMessage(now, text));
    const announcement = { keyId, root, signature, size, time: now };
    this.kept.add(this.trust.document, size, announcement);
    return announcement;
  }

  /** Signs a clockless device's nonce over the newest checkpoint. */
  async answerNonce(
    nonce: string,
  ): Promise<{ readonly keyId: string; readonly signature: Uint8Array; readonly size: number }> {
    const { size, time } = this.#replica.status;
    assertNotAhead(time, this.#clock());
    this.#assertFresh(time, this.#clock());
    this.#assertContinues(size);
    if (!this.#hasCosigned(size)) throw refuse("witness/no-checkpoint", `Size ${size} is not cosigned.`);
    const { crypto, database, genesis } = this.#replica;
    const text = checkpointText(database, crypto, genesis.ledger, size);
    return { keyId: this.#keyId(), signature: await this.#identity.cosigner.sign(nonceMessage(nonce, text)), size };
  }

  #assertFresh(time: number, now: number): void {
    const { freshness } = this.trust.document;
    if (now - time > freshness / 2)
      throw refuse("witness/stale", `It is ${now - time} s old, the limit is ${freshness / 2} s.`);
  }

  #hasCosigned(size: number): boolean {
    const { organisation } = this.#identity;
    return this.kept.at(size).some((each) => each.organisation === organisation);
  }

  #keyId(): string {
    const { cosigner, organisation } = this.#identity;
    const member = this.trust.document.organisations.find((each) => each.name === organisation);
    const delegated = member?.cosigners.find(
      ({ key }) => key.kty === "OKP" && cosigner.key.kty === "OKP" && key.x === cosigner.key.x,
    );
    if (delegated?.key.kty !== "OKP") throw refuse("witness/not-cosigner", organisation);
    return cosignerKeyId(this.#replica.crypto, { name: organisation, publicKey: fromBase64url(delegated.key.x) });
  }

  #assertContinues(size: number): void {
    if (!this.#recalled) throw refuse("witness/recalling");
    const { last } = this.#memory;
    if (last === undefined) return;
    if (last.size > size) throw refuse("witness/behind", `It has ${size} entries, ${last.size} were cosigned.`);
    const { crypto, database } = this.#replica;
    if (equal(rootAt(crypto, logNodes(database), last.size), last.root)) return;
    throw refuse("witness/two-histories", `At size ${size}, after ${last.size}.`);
  }

  // Compare and set in one durable step: what was cosigned is on disk before anybody can see it.
  #claim(next: CosignedCheckpoint): boolean {
    this.#assertContinues(next.size);
    if (this.#memory.last?.size === next.size) return !this.#hasCosigned(next.size);
    this.#memory.remember(next);
    return true;
  }
}
