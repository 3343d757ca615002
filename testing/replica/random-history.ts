import fc from "fast-check";
import { fromUtf8, toBase64url, utf8 } from "@firmament/core/bytes";
import { Refusal } from "@firmament/core/errors";
import type { Signer } from "@firmament/core/keys";
import type { TransactionType } from "@firmament/core/registry";
import { signPetition } from "@firmament/agents/signing";
import { nodeCrypto } from "@firmament/crypto";
import type { Consortium } from "@firmament/testing/kit";
import { type LooseAction, type LooseBody, newSigner, openClassPolicy } from "@firmament/testing/kit";

const kinds = [
  "approve",
  "approve",
  "device",
  "dispute",
  "enrol",
  "hold",
  "petition",
  "policy",
  "register",
  "register",
] as const;
const more = ["revoke", "rollout", "store", "store", "store", "suspend", "tick", "vote", "vote", "withdraw"] as const;
const rare = ["reinstate", "retire", "trust"] as const;

export interface Step {
  readonly kind: (typeof kinds)[number] | (typeof more)[number] | (typeof rare)[number];
  readonly who: number;
  readonly which: number;
  /** Seconds before the step. */
  readonly wait: number;
  /** Whether the block ends here. */
  readonly last: boolean;
}

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...kinds, ...more, ...rare),
    who: fc.nat(3),
    which: fc.nat(4),
    wait: fc.constantFrom(0, 1, 1, 60, 30_000),
    last: fc.boolean(),
  }),
  { minLength: 20, maxLength: 45, size: "max" },
);

const DIGEST = toBase64url(nodeCrypto.sha256(utf8("anything")));

/** Drives a consortium through any steps, sensible or not; what the rules refuse simply does not happen. */
export class RandomHistory {
  readonly #c: Consortium;
  readonly #releases: string[] = [];
  readonly #proposals: string[] = [];
  #grant = DIGEST;
  #count = 0;
  accepted = 0;
  refused = 0;
  #pending: Uint8Array[] = [];

  readonly #watch: (index: number, bytes: Uint8Array) => void;

  /** @param watch called after each accepted transaction, inside its block */
  constructor(consortium: Consortium, watch: (index: number, bytes: Uint8Array) => void = () => undefined) {
    this.#c = consortium;
    this.#watch = watch;
  }

  async run(all: readonly Step[]): Promise<void> {
    for (const step of all) {
      this.#c.now += step.wait;
      this.#pending.push(await this.#make(step));
      if (step.last) this.#flush();
    }
    this.#flush();
  }

  #flush(): void {
    const fold = this.#c.replica.begin(this.#c.now);
    for (const bytes of this.#pending) {
      try {
        const { index, result } = fold.execute(bytes);
        this.#note(result as { readonly proposal?: string; readonly release?: string });
        if (index === fold.frontier.size - 1) {
          fold.flush();
          this.#watch(index, bytes);
        }
        this.accepted++;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        this.refused++;
      }
    }
    this.#c.replica.commit();
    this.#pending = [];
  }

  #note({ proposal, release }: { readonly proposal?: string; readonly release?: string }): void {
    if (proposal !== undefined && !this.#proposals.includes(proposal)) this.#proposals.push(proposal);
    if (release !== undefined && !this.#releases.includes(release)) this.#releases.push(release);
  }

  #pick(from: readonly string[], which: number): string {
    return from.at(-1 - (which % Math.max(from.length, 1))) ?? DIGEST;
  }

  async #make(step: Step): Promise<Uint8Array> {
    const c = this.#c;
    const { admin, approver, author, node } = c.member(step.who);
    const release = this.#pick(this.#releases, step.which);
    const reason = `step ${step.which}`;
    switch (step.kind) {
      case "approve":
        return this.#sign(approver, "release.approve", { release });
      case "device":
        return this.#sign(admin, "device.enrol", { className: "sensor", groups: [], key: (await newSigner()).key });
      case "dispute":
        return this.#sign(node, "storage.dispute", { kid: c.member(step.which % 4).node.kid, mac: DIGEST, release });
      case "enrol":
        return this.#sign(admin, "identity.enrol", { key: (await newSigner()).key, roles: ["approver"] });
      case "hold":
        return this.#sign(approver, "release.hold", { release });
      case "petition":
        return this.#petition();
      case "policy":
        return this.#propose(step, {
          className: "sensor",
          policy: { ...openClassPolicy, version: step.which },
          type: "class.policy",
        });
      case "register":
        return this.#register(step);
      case "reinstate":
        return this.#propose(step, { organisation: c.member(step.which % 4).name, type: "organisation.reinstate" });
      case "retire":
        return this.#sign(admin, "identity.revoke", { identity: step.which < 2 ? approver.kid : node.kid });
      case "revoke":
        return this.#sign(step.which === 0 ? admin : approver, "release.revoke", { reason, release });
      case "rollout":
        return this.#sign(author, "release.rollout", { permille: 250 * step.which + 1, release });
      case "store":
        return this.#sign(node, "storage.receipt", { mac: step.which === 0 ? DIGEST : node.kid, release });
      case "suspend":
        return this.#propose(step, { organisation: c.member(step.which % 4).name, type: "organisation.suspend" });
      case "tick":
        return this.#sign(node, "tick", { time: c.now });
      case "trust":
        return this.#sign(admin, "trust.next", await c.trustStep(() => ({ freshness: 60 + step.which }), [0, 1, 2, 3]));
      case "vote":
        return this.#sign(admin, "proposal.vote", { proposal: this.#pick(this.#proposals, step.which) });
      case "withdraw":
        return this.#sign(author, "release.withdraw", { reason, release });
    }
  }

  #sign<T extends TransactionType>(signer: Signer, type: T, body: LooseBody<T>): Promise<Uint8Array> {
    return this.#c.transaction(signer, type, body);
  }

  #propose({ who }: Step, action: LooseAction): Promise<Uint8Array> {
    return this.#sign(this.#c.member(who).admin, "proposal.create", { action });
  }

  async #petition(): Promise<Uint8Array> {
    const nonce = utf8(`random-nonce-${String(this.#count++).padStart(6, "0")}`);
    const { message, signature } = await signPetition(this.#c.manifestKey, { ledger: this.#c.ledger, nonce, text: "" });
    this.#grant = toBase64url(nodeCrypto.sha256(nonce));
    const body = { key: this.#c.manifestKey.key, message, signature, token: this.#grant };
    return this.#sign(this.#c.member(1).registerAgent, "author.petition", body);
  }

  async #register({ which }: Step): Promise<Uint8Array> {
    const version = `${this.#count++}.0.${which}`;
    const { author, manifest, payloadSignature, signature } = await this.#c.prepare({
      sequence: this.#c.now * 1000 + this.#count,
      version,
    });
    const rollout = which < 3 ? { rollout: { groups: [], permille: 100 * which + 1, salt: "s" } } : {};
    const body = { author, grant: this.#grant, manifest: fromUtf8(manifest), payloadSignature, signature, ...rollout };
    return this.#sign(this.#c.member(0).author, "release.register", body);
  }
}
