import { equal } from "@firmament/core/bytes";
import { refusalsOf } from "@firmament/core/errors";
import { verifySignature } from "@firmament/core/keys";
import {
  cosignatureMessage,
  encodeCosignature,
  formatCheckpoint,
  formatNote,
  logErrors,
  rootAt,
} from "@firmament/core/log";
import { type Cosigner as TrustedCosigner, cosignersOf } from "@firmament/core/trust";
import { logNodes, proveTwoHistories, type Replica, replicaErrors } from "@firmament/replica";
import type { Alarms } from "./alarms.ts";
import type { Cosigner } from "./cosigner.ts";
import { refuse } from "./errors.ts";
import type { Announcement, WitnessEvidence, WitnessLog } from "./ports.ts";

const refuseLog = refusalsOf(logErrors);
const refuseReplica = refusalsOf(replicaErrors);

/**
 * Holds what organisations cosigned against the own replica. A cosignature of another history is no reason to stop:
 * one false organisation could stop all. It is an alarm, and a proof that anybody can check (PROTOCOL O-10).
 */
export class Histories {
  readonly #replica: Replica;
  readonly #cosigner: Cosigner;
  readonly #alarms: Alarms;
  readonly #keep: WitnessEvidence;
  readonly #log: WitnessLog;
  // All by key id: the least size that this node cannot judge yet; the largest of what it does not keep itself.
  readonly #ahead = new Map<string, Announcement>();
  readonly #heard = new Map<string, Announcement>();
  readonly #proved = new Set<string>();

  constructor(parts: {
    readonly replica: Replica;
    readonly cosigner: Cosigner;
    readonly alarms: Alarms;
    readonly evidence: WitnessEvidence;
    readonly log: WitnessLog;
  }) {
    this.#replica = parts.replica;
    this.#cosigner = parts.cosigner;
    this.#alarms = parts.alarms;
    this.#keep = parts.evidence;
    this.#log = parts.log;
  }

  /** True cosignatures of other histories, or of sizes not reached yet: their signers may have forgotten them. */
  get heard(): readonly Announcement[] {
    return [...this.#heard.values()];
  }

  /**
   * Keeps a cosignature of the own history, and raises the alarm about one of another.
   *
   * @throws Refusal `log/cosignature-signature`, `replica/range` for a size that is not reached yet,
   *   `witness/other-history`
   */
  receive(found: Announcement): void {
    const { kept, trust } = this.#cosigner;
    if (found.size <= this.#replica.status.size && equal(this.#rootAt(found.size), found.root)) {
      // One whose delegation has ended counts for no device, so it must not count for a quorum here.
      const { until = Infinity } = this.ownerOf(found) ?? {};
      if (found.time > until) throw refuseLog("log/cosignature-signature", `Key ${found.keyId} ended at ${until}.`);
      kept.add(trust.document, found.size, found, { flush: false });
      return;
    }
    const cosigner = this.signerOf(found);
    if (found.size > (this.#heard.get(found.keyId)?.size ?? 0)) this.#heard.set(found.keyId, found);
    if (this.#second(found) === undefined) {
      this.#wait(found);
      throw refuseReplica("replica/range", `Size ${found.size} is not reached and cosigned here yet.`);
    }
    this.#disagree(found, cosigner);
  }

  /** Judges what was ahead of the replica, once it has cosigned a larger checkpoint itself. */
  review(): void {
    for (const [keyId, found] of this.#ahead) {
      const cosigner = this.ownerOf(found);
      if (cosigner !== undefined && this.#second(found) === undefined) continue;
      this.#ahead.delete(keyId);
      if (cosigner !== undefined && !equal(this.#rootAt(found.size), found.root)) this.#alarm(found, cosigner);
    }
  }

  /** @throws Refusal `log/cosignature-signature` where no cosigner of the trust root in force signed it */
  signerOf(found: Announcement): TrustedCosigner {
    const { crypto } = this.#replica;
    const cosigner = this.ownerOf(found);
    const message = cosignatureMessage(found.time, this.#textOf(found));
    if (cosigner === undefined || !verifySignature(crypto, cosigner.key, message, found.signature)) {
      throw refuseLog("log/cosignature-signature", `Key ${found.keyId} at size ${found.size}.`);
    }
    return cosigner;
  }

  /** Whose key it is by the trust root in force; says nothing about the signature. */
  ownerOf({ keyId }: Announcement): TrustedCosigner | undefined {
    return cosignersOf(this.#replica.crypto, this.#cosigner.trust.document).get(keyId);
  }

  #rootAt(size: number): Uint8Array {
    return rootAt(this.#replica.crypto, logNodes(this.#replica.database), size);
  }

  // A cosigned checkpoint of the own history that is not smaller than the other: the second half of a proof.
  #second({ size }: Announcement): number | undefined {
    return size > this.#replica.status.size ? undefined : this.#cosigner.kept.leastFrom(size);
  }

  #textOf({ root, size }: Announcement): string {
    return formatCheckpoint({ origin: this.#replica.genesis.ledger, root, size });
  }

  #wait(found: Announcement): void {
    const before = this.#ahead.get(found.keyId);
    if (before === undefined || found.size < before.size) this.#ahead.set(found.keyId, found);
  }

  #disagree(found: Announcement, cosigner: TrustedCosigner): never {
    this.#alarm(found, cosigner);
    throw refuse("witness/other-history", `${cosigner.organisation} cosigned another one at size ${found.size}.`);
  }

  // What is wrong with the folder for proofs is the operator's to mend; it must not stop the node.
  #alarm(found: Announcement, { organisation }: TrustedCosigner): void {
    const alarm = refuse("witness/other-history", `${organisation} cosigned another one at size ${found.size}.`);
    this.#alarms.raise(found.keyId, alarm);
    const size = this.#second(found);
    if (size === undefined || this.#proved.has(found.keyId)) return;
    const [name, proof] = [`two-histories-${found.size}-${found.keyId}`, this.#proof(found, organisation, size)];
    try {
      this.#keep(name, proof);
      this.#proved.add(found.keyId);
    } catch (cause) {
      this.#log("proof not kept", { name, message: String(cause) });
    }
  }

  #proof(found: Announcement, organisation: string, size: number): Uint8Array {
    const { crypto, database, genesis } = this.#replica;
    const { keyId, signature, time } = found;
    const line = { keyId, name: organisation, signature: encodeCosignature({ signature, time }) };
    const note = formatNote({ signatures: [line], text: this.#textOf(found) });
    return proveTwoHistories(database, { crypto, ledger: genesis.ledger }, { note, size: found.size }, size);
  }
}
