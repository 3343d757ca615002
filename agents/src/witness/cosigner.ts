import { equal, fromBase64url } from "@firmament/core/bytes";
import { nonceMessage } from "@firmament/core/bundle";
import { cosignatureMessage, cosignerKeyId } from "@firmament/core/log";
import { checkpointText, Cosignatures, type Replica } from "@firmament/replica";
import { refuse } from "./errors.ts";
import { TrustInForce } from "./trust-in-force.ts";
import type { Announcement, WitnessIdentity } from "./ports.ts";

const MAX_SKEW = 60;

/** @throws Refusal `witness/clock` for a block from the future */
export function assertNotAhead(time: number, now: number): void {
  if (time > now + MAX_SKEW) throw refuse("witness/clock", `The block says ${time}, the clock ${now}.`);
}

/**
 * Cosigns what the organisation's own replica computed, and nothing else. The row of the last cosigned checkpoint is
 * durable before a signature leaves.
 */
export class Cosigner {
  readonly #replica: Replica;
  readonly #identity: WitnessIdentity;
  readonly #clock: () => number;
  readonly kept: Cosignatures;
  readonly trust: TrustInForce;

  constructor(replica: Replica, identity: WitnessIdentity, clock: () => number) {
    this.#replica = replica;
    this.#identity = identity;
    this.#clock = clock;
    this.trust = new TrustInForce(replica);
    this.kept = new Cosignatures(replica.database, replica.crypto, replica.genesis.ledger);
  }

  /**
   * Cosigns the newest checkpoint.
   *
   * @param live whether its block was made while this node watched, so that its time can be held against the clock;
   * of one that was made before, the clock says nothing but that it must not be ahead
   * @returns `undefined` where it was cosigned before
   * @throws Refusal `witness/clock`, `witness/stale`, `witness/not-cosigner`, `witness/two-histories`
   */
  async cosign(live = false): Promise<Announcement | undefined> {
    const { root, size, time } = this.#replica.status;
    const now = this.#clock();
    if (live && time < now - MAX_SKEW) throw refuse("witness/clock", `The block says ${time}, the clock ${now}.`);
    assertNotAhead(time, now);
    this.#assertFresh(time, now);
    const keyId = this.#keyId();
    if (!this.#claim(size, root, now)) return undefined;
    const { crypto, database, genesis } = this.#replica;
    const text = checkpointText(database, crypto, genesis.ledger, size);
    const signature = await this.#identity.cosigner.sign(cosignatureMessage(now, text));
    const announcement = { keyId, signature, size, time: now };
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

  // Compare and set in one durable step: what was cosigned is on disk before anybody can see it.
  #claim(size: number, root: Uint8Array, now: number): boolean {
    const { database } = this.#replica;
    const row = database.prepare("SELECT size, root FROM cosigned ORDER BY size DESC LIMIT 1").get();
    if (row !== undefined && Number(row["size"]) >= size) {
      const same = Number(row["size"]) === size && row["root"] instanceof Uint8Array && equal(row["root"], root);
      if (!same) throw refuse("witness/two-histories", `At size ${size}, after ${Number(row["size"])}.`);
      return !this.#hasCosigned(size);
    }
    database.prepare("INSERT INTO cosigned VALUES (?, ?, ?)").run(size, root, now);
    return true;
  }
}
