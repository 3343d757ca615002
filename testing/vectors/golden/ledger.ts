import { signPetition, signPossession, signTransaction } from "@firmament/agents/signing";
import { fromUtf8, toBase64url, utf8 } from "@firmament/core/bytes";
import type { PublicKey, Signer } from "@firmament/core/keys";
import { type Action, type Body, type Possession, receiptKey, type TransactionType } from "@firmament/core/registry";
import { decodeTrustRoot } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { BundleBuilder, type Receipt, Replica, StateView, trustChain } from "@firmament/replica";
import {
  foundingGenesis,
  type FoundingOptions,
  prepareRelease,
  type PreparedRelease,
  START,
  type TestOrganisation,
} from "../../kit/index.ts";
import { cosignNewest } from "../../kit/cosign.ts";
import { goldenOrganisation } from "./keys.ts";

/** An accepted transaction as the ledger has it. */
export interface Accepted {
  readonly type: TransactionType;
  readonly bytes: Uint8Array;
  readonly receipt: Receipt;
}

const NAMES = ["alpha.example", "bravo.example", "charlie.example", "delta.example"] as const;

interface Enrolled {
  readonly key: PublicKey;
  readonly kid: string;
}

/** A ledger without chance: fixed keys, fixed times, every transaction a block of its own. */
export class GoldenLedger implements Disposable {
  readonly members: readonly TestOrganisation[];
  readonly replica: Replica;
  readonly accepted: Accepted[] = [];
  /** Seconds since 1970. */
  now = START;
  #nonces = 0;

  private constructor(members: readonly TestOrganisation[], genesisFile: Uint8Array) {
    this.members = members;
    this.replica = Replica.open(":memory:", nodeCrypto, genesisFile);
  }

  static async found(options: FoundingOptions = { consistency: true }): Promise<GoldenLedger> {
    const members = NAMES.map(goldenOrganisation);
    return new GoldenLedger(members, await foundingGenesis(members, options));
  }

  get id(): string {
    return this.replica.genesis.ledger;
  }

  member(index: number): TestOrganisation {
    const found = this.members[index];
    if (found === undefined) throw new RangeError(`there is no organisation ${index}`);
    return found;
  }

  get builder(): BundleBuilder {
    return new BundleBuilder(this.replica.database, nodeCrypto, this.id);
  }

  get view(): StateView {
    return new StateView(this.replica.database, nodeCrypto, this.replica.status.size);
  }

  /** Every trust root in force so far, the newest last. */
  get trust() {
    const steps = trustChain(this.replica.database, this.view.trust().version);
    return steps.map((step) => ({ ...step, root: decodeTrustRoot(nodeCrypto, step.document) }));
  }

  async submit<T extends TransactionType>(signer: Signer, type: T, body: Body<T>): Promise<Receipt> {
    const draft = { body, expires: this.now + 300, ledger: this.id, type };
    const bytes = await signTransaction(signer, draft);
    const receipt = this.replica.begin(this.now).execute(bytes);
    this.replica.commit();
    this.accepted.push({ bytes, receipt, type });
    this.now += 1;
    return receipt;
  }

  proofBy(holder: Signer, organisation: string, purpose: Possession["purpose"]): Promise<string> {
    return signPossession(holder, { ledger: this.id, organisation, purpose });
  }

  async enrol(
    member: TestOrganisation,
    holder: Signer,
    role: Body<"identity.enrol">["roles"][number],
  ): Promise<Enrolled> {
    const proof = await this.proofBy(holder, member.name, "transaction");
    await this.submit(member.admin, "identity.enrol", { key: holder.key, proof, roles: [role] });
    return holder;
  }

  /** A vote of the first three organisations. */
  async decide(action: Action): Promise<void> {
    const { result } = await this.submit(this.member(0).admin, "proposal.create", { action });
    const { proposal } = result as { readonly proposal: string };
    for (const i of [1, 2]) await this.submit(this.member(i).admin, "proposal.vote", { proposal });
  }

  async grant(author: Signer): Promise<string> {
    const nonce = utf8(`golden nonce ${String(this.#nonces++).padStart(4, "0")}`);
    const { message, signature } = await signPetition(author, { ledger: this.id, nonce, text: "a golden petition" });
    const token = toBase64url(nodeCrypto.sha256(nonce));
    await this.submit(this.member(1).registerAgent, "author.petition", { key: author.key, message, signature, token });
    return token;
  }

  /** Registers, stores, and approves a release up to PUBLISHED; its id. */
  async publish(
    options: Omit<Parameters<typeof prepareRelease>[0], "sequence">,
  ): Promise<PreparedRelease & { readonly release: string }> {
    const grant = await this.grant(options.author);
    const prepared = await prepareRelease({ ...options, sequence: this.now * 1000 });
    const { rollout } = options;
    const { transaction: release } = await this.submit(this.member(0).author, "release.register", {
      author: prepared.author,
      grant,
      manifest: fromUtf8(prepared.manifest),
      payloadSignature: prepared.payloadSignature,
      signature: prepared.signature,
      ...(rollout === undefined ? {} : { rollout }),
    });
    for (const i of [1, 2]) {
      const { node } = this.member(i);
      const mac = toBase64url(nodeCrypto.hmacSha256(receiptKey(release, node.kid), prepared.image));
      await this.submit(node, "storage.receipt", { mac, release });
    }
    for (const i of [2, 3]) await this.submit(this.member(i).approver, "release.approve", { release });
    return { ...prepared, release };
  }

  /** The first three organisations cosign the newest checkpoint; its size. */
  async cosign(): Promise<number> {
    for (const i of [0, 1, 2]) await cosignNewest(this.replica, this.member(i), this.view.trust(), this.now);
    return this.replica.status.size;
  }

  [Symbol.dispose](): void {
    this.replica[Symbol.dispose]();
  }
}
