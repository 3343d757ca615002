import { equal, fromBase64url } from "@firmament/core/bytes";
import { nonceMessage } from "@firmament/core/bundle";
import { cosignatureMessage, cosignerKeyId } from "@firmament/core/log";
import { checkpointText, Cosignatures, type Replica, StateView } from "@firmament/replica";
import { refuse } from "./errors.ts";
import type { Announcement, WitnessIdentity } from "./ports.ts";

const MAX_SKEW = 60;

/**
 * Cosigns what the organisation's own replica computed, and nothing else. The row of the last cosigned checkpoint is
 * durable before a signature leaves.
 */
export class Cosigner {
  readonly #replica: Replica;
  readonly #identity: WitnessIdentity;
  readonly #clock: () => number;
  readonly kept: Cosignatures;

  constructor(replica: Replica, identity: WitnessIdentity, clock: () => number) {
    this.#replica = replica;
    this.#identity = identity;
    this.#clock = clock;
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
    if (time > now + MAX_SKEW || (live && time < now - MAX_SKEW))
      throw refuse("witness/clock", `The block says ${time}, the clock ${now}.`);
    this.#assertFresh(time, now);
    const keyId = this.#keyId();
    if (!this.#claim(size, root, now)) return undefined;
    const { crypto, database, genesis } = this.#replica;
    const text = checkpointText(database, crypto, genesis.ledger, size);
    const signature = await this.#identity.cosigner.sign(cosignatureMessage(now, text));
    const announcement = { keyId, signature, size, time: now };
    this.kept.add(this.#trust(), size, announcement);
    return announcement;
  }

  /** Signs a clockless device's nonce over the newest checkpoint. */
  async answerNonce(
    nonce: string,
  ): Promise<{ readonly keyId: string; readonly signature: Uint8Array; readonly size: number }> {
    const { size, time } = this.#replica.status;
    this.#assertFresh(time, this.#clock());
    const { crypto, database, genesis } = this.#replica;
    const text = checkpointText(database, crypto, genesis.ledger, size);
    return { keyId: this.#keyId(), signature: await this.#identity.cosigner.sign(nonceMessage(nonce, text)), size };
  }

  #trust() {
    return new StateView(this.#replica.database, this.#replica.crypto, this.#replica.status.size).trust();
  }

  #assertFresh(time: number, now: number): void {
    const { freshness } = this.#trust();
    if (now - time > freshness / 2)
      throw refuse("witness/stale", `It is ${now - time} s old, the limit is ${freshness / 2} s.`);
  }

  #keyId(): string {
    const { cosigner, organisation } = this.#identity;
    const member = this.#trust().organisations.find((each) => each.name === organisation);
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
      return false;
    }
    database.prepare("INSERT INTO cosigned VALUES (?, ?, ?)").run(size, root, now);
    return true;
  }
}
