import { signPetition, signSuccession, signTransaction, signTrust } from "@firmament/agents/signing";
import { fromUtf8, toBase64url, utf8 } from "@firmament/core/bytes";
import { type Device, encodeBundle } from "@firmament/core/bundle";
import { canonicalBytes } from "@firmament/core/codec";
import type { Signer } from "@firmament/core/keys";
import {
  type ClassPolicy,
  receiptKey,
  type Row,
  type Table,
  tables,
  type TransactionType,
} from "@firmament/core/registry";
import { decodeTrustRoot, type TrustDocument } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { BundleBuilder, type Receipt, Replica, type ReplicaOptions, StateView } from "@firmament/replica";
import { cosignNewest } from "./cosign.ts";
import { assertExecutedTwice } from "./executed-twice.ts";
import { honestDevice } from "./device.ts";
import { DAY, foundingGenesis, type FoundingOptions, START } from "./founding.ts";
import { type PreparedRelease, prepareRelease, type ReleaseOptions } from "./release.ts";
import { type LooseAction, type LooseBody, provenBody } from "./possession.ts";
import { newOrganisation, newSigner, type TestOrganisation } from "./organisation.ts";

const NAMES = ["alpha.example", "bravo.example", "charlie.example", "delta.example"] as const;

export const openClassPolicy: ClassPolicy = {
  algorithms: ["ES256", "EdDSA", "RS384"],
  approvals: [{ count: 2, role: "approver" }],
  cosignatures: 3,
  freshness: DAY,
  receipts: 2,
  version: 1,
};

/**
 * Four organisations, one ledger and one clock in one process, on the real state machine and a replica in memory.
 * The first organisation is the vendor and author, the second the operator; every step is one call, so that an
 * attack is one changed line.
 */
export class Consortium implements Disposable {
  readonly replica: Replica;
  readonly members: readonly TestOrganisation[];
  readonly genesisFile: Uint8Array;
  /** The author key of the vendor. */
  readonly manifestKey: Signer;
  /** Seconds since 1970; a test moves it by hand. */
  now = START;
  readonly #options: ReplicaOptions;
  #nonce = 0;
  #spoilt = false;
  #grant: string | undefined;

  private constructor(
    members: readonly TestOrganisation[],
    genesisFile: Uint8Array,
    manifestKey: Signer,
    options: ReplicaOptions,
  ) {
    this.members = members;
    this.genesisFile = genesisFile;
    this.#options = options;
    this.manifestKey = manifestKey;
    this.replica = Replica.open(":memory:", nodeCrypto, genesisFile, options);
  }

  /** A founded ledger, nothing else on it yet. */
  static async found(
    options: FoundingOptions & ReplicaOptions & { readonly names?: readonly string[] } = {},
  ): Promise<Consortium> {
    const members = await Promise.all((options.names ?? NAMES).map(newOrganisation));
    return new Consortium(members, await foundingGenesis(members, options), await newSigner(), options);
  }

  /** A ledger with every role enrolled, vendor `acme`, class `sensor`, and the author approved. */
  static async ready(
    options: FoundingOptions & ReplicaOptions & { readonly policy2?: Partial<ClassPolicy> } = {},
  ): Promise<Consortium> {
    const found = await Consortium.found(options);
    await found.enrolAll();
    await found.decide({ organisation: found.member(0).name, type: "vendor.create", vendor: "acme" });
    await found.createClass("sensor", { ...openClassPolicy, ...options.policy2 });
    await found.submit(found.member(0).admin, "author.approve", {
      classes: ["sensor"],
      key: found.manifestKey.key,
      vendor: "acme",
    });
    return found;
  }

  get ledger(): string {
    return this.replica.genesis.ledger;
  }

  get size(): number {
    return this.replica.status.size;
  }

  member(index: number): TestOrganisation {
    const found = this.members[index];
    if (found === undefined) throw new RangeError(`there is no organisation ${index}`);
    return found;
  }

  /** Canonical bytes of a transaction signed at the consortium's clock. */
  async transaction<T extends TransactionType>(
    signer: Signer,
    type: T,
    body: LooseBody<T>,
    expires = this.now + 300,
  ): Promise<Uint8Array> {
    const organisation = this.record(tables.identity, signer.kid)?.organisation ?? "unknown.example";
    const proven = await provenBody(type, body, { ledger: this.ledger, organisation });
    return signTransaction(signer, { body: proven, expires, ledger: this.ledger, type });
  }

  /** Applies transaction bytes as one block. @throws Refusal, with nothing written */
  apply(bytes: Uint8Array, time = this.now): Receipt {
    const fold = this.replica.begin(time);
    try {
      const receipt = fold.execute(bytes);
      this.replica.commit();
      return receipt;
    } catch (cause) {
      this.replica.rollback();
      throw cause;
    }
  }

  /** Signs and applies one transaction as a block of its own. @throws Refusal */
  async submit<T extends TransactionType>(signer: Signer, type: T, body: LooseBody<T>): Promise<Receipt> {
    return this.apply(await this.transaction(signer, type, body));
  }

  async enrolAll(): Promise<void> {
    for (const member of this.members) {
      await this.submit(member.admin, "identity.enrol", { key: member.approver.key, roles: ["approver"] });
      await this.submit(member.admin, "identity.enrol", { key: member.node.key, roles: ["node"] });
      await this.submit(member.admin, "identity.enrol", { key: member.author.key, roles: ["author"] });
      await this.submit(member.admin, "identity.enrol", { key: member.registerAgent.key, roles: ["registerAgent"] });
    }
  }

  /** Opens a proposal by the first organisation (or `by`) and has the others vote until it is decided. */
  async decide(action: LooseAction, by = 0): Promise<Receipt> {
    let receipt = await this.submit(this.member(by).admin, "proposal.create", { action });
    const { proposal } = receipt.result as { proposal: string };
    for (const [i, member] of this.members.entries()) {
      if ((receipt.result as { decided: boolean }).decided || i === by) continue;
      receipt = await this.submit(member.admin, "proposal.vote", { proposal });
    }
    return receipt;
  }

  createClass(
    className: string,
    policy: ClassPolicy = openClassPolicy,
    versions: "integer" | "semver" = "semver",
  ): Promise<Receipt> {
    return this.decide({
      className,
      policy,
      storageLocations: ["slot"],
      type: "class.create",
      vendor: "acme",
      versions,
    });
  }

  /** A grant for the author key, as the register agent gets it; its token digest. */
  async grant(author: Signer = this.manifestKey): Promise<string> {
    const nonce = utf8(`nonce-of-test-${String(this.#nonce++).padStart(8, "0")}`);
    const { message, signature } = await signPetition(author, { ledger: this.ledger, nonce, text: "a test" });
    const token = toBase64url(nodeCrypto.sha256(nonce));
    await this.submit(this.member(1).registerAgent, "author.petition", { key: author.key, message, signature, token });
    return token;
  }

  /** Builds and signs an honest manifest, with the given deviations. */
  async prepare(options: ReleaseOptions = {}): Promise<PreparedRelease> {
    return prepareRelease({ author: this.manifestKey, sequence: this.now * 1000, ...options });
  }

  /** Registers a prepared release; its id. */
  async register(
    prepared: PreparedRelease,
    options: ReleaseOptions & { readonly grant?: string } = {},
  ): Promise<string> {
    this.#grant ??= await this.grant(options.author);
    const { floor, rollout } = options;
    const receipt = await this.submit(this.member(0).author, "release.register", {
      author: prepared.author,
      grant: options.grant ?? this.#grant,
      manifest: fromUtf8(prepared.manifest),
      payloadSignature: prepared.payloadSignature,
      signature: prepared.signature,
      ...(floor === undefined ? {} : { floor }),
      ...(rollout === undefined ? {} : { rollout }),
    });
    return receipt.transaction;
  }

  /** The storage receipt's value of one organisation's node. */
  mac(release: string, member: TestOrganisation, content: Uint8Array): string {
    return toBase64url(nodeCrypto.hmacSha256(receiptKey(release, member.node.kid), content));
  }

  async store(release: string, content: Uint8Array, by: readonly number[] = [1, 2]): Promise<void> {
    for (const i of by) {
      const member = this.member(i);
      await this.submit(member.node, "storage.receipt", { mac: this.mac(release, member, content), release });
    }
  }

  async approve(release: string, by: readonly number[] = [2, 3]): Promise<void> {
    for (const i of by) await this.submit(this.member(i).approver, "release.approve", { release });
  }

  /** The whole life of a release up to PUBLISHED; its id and what was signed. */
  async publish(options: ReleaseOptions = {}): Promise<PreparedRelease & { readonly release: string }> {
    const prepared = await this.prepare(options);
    const release = await this.register(prepared, options);
    await this.store(release, prepared.image);
    await this.approve(release);
    return { ...prepared, release };
  }

  /** A grant from now on; the one before may have expired. */
  async renewGrant(author?: Signer): Promise<void> {
    this.#grant = await this.grant(author);
  }

  /** Cosigns the newest checkpoint by the members with these numbers. */
  async cosign(by: readonly number[] = [0, 1, 2, 3], time = this.now): Promise<void> {
    for (const i of by) await cosignNewest(this.replica, this.member(i), this.view().trust(), time);
  }

  view(size = this.size): StateView {
    return new StateView(this.replica.database, nodeCrypto, size);
  }

  /** One record of the newest state. */
  record<T>(table: Table<T>, ...parts: readonly string[]): T | undefined {
    return this.view().get(table, ...parts);
  }

  release(id: string): Row<typeof tables.release> {
    const found = this.record(tables.release, id);
    if (found === undefined) throw new Error(`there is no release ${id}`);
    return found;
  }

  /** The trust root in force with its digest, as a device pins it. */
  trustPin(): Device["trust"] {
    const document = this.record(tables.trust, String(this.record(tables.ledger)?.trust ?? 1))?.document ?? "";
    const root = decodeTrustRoot(nodeCrypto, utf8(document));
    return { digest: root.digest, version: root.document.version };
  }

  /** Puts the next trust root on the ledger, with `change` made to the present one, signed by all. */
  async nextTrust(
    change: (document: TrustDocument) => Partial<TrustDocument>,
    by: readonly number[] = [0, 1, 2, 3],
  ): Promise<Receipt> {
    return this.submit(this.member(0).admin, "trust.next", await this.trustStep(change, by));
  }

  /** The next trust root with `change` made to the present one, signed by the members with these numbers. */
  async trustStep(
    change: (document: TrustDocument) => Partial<TrustDocument>,
    by: readonly number[],
  ): Promise<LooseBody<"trust.next">> {
    const before = this.view().trust();
    const { genesis: _genesis, restart: _restart, ...kept } = before;
    const next = { ...kept, previous: this.trustPin().digest, version: before.version + 1 };
    const document = canonicalBytes({ ...next, ...change(next) });
    const signed = await Promise.all(by.map((i) => signTrust(nodeCrypto, this.member(i).root, document)));
    const signatures = signed
      .map(({ kid, signature }) => ({ kid, signature: toBase64url(signature) }))
      .sort((a, b) => (a.kid < b.kid ? -1 : 1));
    return { document: fromUtf8(document), signatures };
  }

  /** Hands a class over to another author key. */
  async succeed(to: Signer, className = "sensor"): Promise<Receipt> {
    const signature = await signSuccession(this.manifestKey, this.ledger, to.kid, className);
    return this.submit(this.member(0).admin, "author.succeed", {
      className,
      from: this.manifestKey.kid,
      key: to.key,
      signature,
    });
  }

  /** A bundle at the newest checkpoint with a quorum. */
  bundle(
    className = "sensor",
    options: { readonly device?: string; readonly from?: readonly number[] } = {},
  ): Uint8Array {
    const builder = new BundleBuilder(this.replica.database, nodeCrypto, this.ledger);
    const classPart = builder.classPart(className, options.from);
    const devicePart = options.device === undefined ? undefined : builder.devicePart(classPart, options.device);
    return encodeBundle({ classPart, devicePart });
  }

  /** A device of class `sensor` that has nothing installed, with the given deviations. */
  device(changes: Partial<Device> = {}): Device {
    return honestDevice(this.manifestKey.key, this.ledger, this.trustPin(), changes);
  }

  /** Says that the replica holds what no transaction made: its blocks cannot be executed again. */
  spoil(): void {
    this.#spoilt = true;
  }

  [Symbol.dispose](): void {
    try {
      if (!this.#spoilt) assertExecutedTwice(this.replica, this.genesisFile, this.#options);
    } finally {
      this.replica[Symbol.dispose]();
    }
  }
}
