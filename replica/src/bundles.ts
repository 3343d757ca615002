import type { DatabaseSync } from "node:sqlite";
import { concat, fromBase64url, fromUtf8, utf8 } from "@firmament/core/bytes";
import type { BundleAuthor, BundleConsistency, BundleRelease, ClassPart, DevicePart } from "@firmament/core/bundle";
import { type Crypto, rawKey } from "@firmament/core/keys";
import { consistencyProof, decodeEntry, inclusionProof, rootAt } from "@firmament/core/log";
import { type Head, headRecord, type Row, tables } from "@firmament/core/registry";
import { cosignersOf, decodeTrustRoot, type TrustDocument } from "@firmament/core/trust";
import { Cosignatures, type StoredCosignature } from "./cosignatures.ts";
import { refuse } from "./errors.ts";
import { logNodes } from "./log-rows.ts";
import { blob, integer } from "./rows.ts";
import { inSnapshot } from "./snapshot.ts";
import { prepared } from "./statements.ts";
import { StateView, trustChain } from "./view.ts";

type Author = Row<typeof tables.author>;

/** Earlier checkpoints that a static bundle proves consistency from. */
const EARLIER = 8;

/**
 * Builds bundles from a replica's database, which may be another process's: it only reads, all of one bundle
 * inside one read transaction.
 */
export class BundleBuilder {
  readonly #database: DatabaseSync;
  readonly #crypto: Crypto;
  readonly #ledger: string;
  readonly #cosignatures: Cosignatures;
  #trust: { readonly text: string; readonly document: TrustDocument } | undefined;

  constructor(database: DatabaseSync, crypto: Crypto, ledger: string) {
    this.#database = database;
    this.#crypto = crypto;
    this.#ledger = ledger;
    this.#cosignatures = new Cosignatures(database, crypto, ledger);
  }

  /**
   * Size of the newest checkpoint that the trust root's threshold cosigned, and as many as the class wants where one
   * is named; `undefined` before the first.
   */
  newestSize(className?: string): number | undefined {
    const row = prepared(this.#database, "SELECT max(size) AS size FROM roots").get();
    if (row === undefined || row["size"] === null) return undefined;
    const view = new StateView(this.#database, this.#crypto, integer(row, "size"));
    const policy = className === undefined ? undefined : view.get(tables.policy, className);
    return this.#cosignatures.newest(Math.max(this.#trustOf(view).threshold, policy?.cosignatures ?? 0));
  }

  /**
   * The class part at the newest checkpoint with enough cosignatures for the class.
   *
   * @param from sizes that a device may have seen last, for consistency proofs where the trust root demands them
   * @throws Refusal `replica/no-quorum`, `replica/class-unknown`
   */
  classPart(className: string, from: readonly number[] = []): ClassPart {
    return inSnapshot(this.#database, () => this.#classPart(className, from));
  }

  #classPart(className: string, from: readonly number[]): ClassPart {
    const size = this.newestSize(className);
    if (size === undefined) throw refuse("replica/no-quorum");
    const view = new StateView(this.#database, this.#crypto, size);
    const head = view.bytes(tables.head, className);
    const policy = view.bytes(tables.policy, className);
    if (head === undefined || policy === undefined) throw refuse("replica/class-unknown", className);
    const trust = this.#trustOf(view);
    const decoded = headRecord(JSON.parse(fromUtf8(head)), "head");
    const { cosignatures } = tables.policy.decode(JSON.parse(fromUtf8(policy)), "policy");
    const cosigned = this.#quorum(size, trust, cosignatures);
    const { authors, kids, releases } = this.#releases(view, className, decoded);
    const entitlements = kids.map((kid) => ["entitlement", kid, className] as const);
    const { ledger: _, ...entry } = decodeEntry(this.#entry(size - 1));
    const nodes = logNodes(this.#database);
    return {
      origin: this.#ledger,
      trust: trustChain(this.#database, trust.version),
      size,
      root: rootAt(this.#crypto, nodes, size),
      cosignatures: cosigned.map(({ keyId, signature, time }) => ({ keyId, signature, time })),
      entry,
      inclusion: concat(...inclusionProof(this.#crypto, nodes, { index: size - 1, size })),
      proof: view.prove([["head", className], ["policy", className], ...entitlements]),
      head,
      policy,
      authors,
      releases,
      consistency: trust.consistency ? this.#consistency(size, trust.threshold, from) : [],
    };
  }

  /**
   * The part for one device, at the same checkpoint as the class part.
   *
   * @param nonces signatures over the nonce of a device without a clock
   */
  devicePart(part: ClassPart, device: string, nonces: DevicePart["nonces"] = []): DevicePart | undefined {
    const policy = tables.policy.decode(JSON.parse(fromUtf8(part.policy)), "policy");
    const view = new StateView(this.#database, this.#crypto, part.size);
    const value = policy.targeted === true ? view.bytes(tables.device, device) : undefined;
    if (value === undefined && nonces.length === 0) return undefined;
    const record = value === undefined ? undefined : { value, proof: view.prove([["device", device]]) };
    return { record, nonces };
  }

  // Decoding one costs more than all that a bundle reads, and it seldom changes.
  #trustOf(view: StateView): TrustDocument {
    const text = view.trustText();
    if (this.#trust?.text !== text) {
      this.#trust = { text, document: decodeTrustRoot(this.#crypto, utf8(text)).document };
    }
    return this.#trust.document;
  }

  // Exactly as many as are needed, of different organisations, in the order of their key ids (PROTOCOL B-7).
  #quorum(size: number, trust: TrustDocument, wanted: number): readonly StoredCosignature[] {
    const needed = Math.max(trust.threshold, wanted);
    const { time } = decodeEntry(this.#entry(size - 1));
    const delegated = cosignersOf(this.#crypto, trust);
    const chosen: StoredCosignature[] = [];
    for (const each of this.#cosignatures.at(size)) {
      // It may have come late, from a key that the trust root of this size did not know or that has ended by then.
      const cosigner = delegated.get(each.keyId);
      const counts = cosigner?.organisation === each.organisation && Math.max(each.time, time) <= cosigner.until;
      if (counts && !chosen.some((other) => other.organisation === each.organisation)) chosen.push(each);
    }
    if (chosen.length < needed) throw refuse("replica/no-quorum", `${chosen.length} of ${needed} at size ${size}.`);
    return chosen.slice(0, needed);
  }

  #entry(index: number): Uint8Array {
    const row = prepared(this.#database, "SELECT bytes FROM entries WHERE idx = ?").get(index);
    if (row === undefined) throw refuse("replica/range", `There is no entry ${index}.`);
    return blob(row, "bytes");
  }

  #releases(view: StateView, className: string, head: Head) {
    const found = head.live.map(({ manifestDigest, release }) => {
      const manifest = view.get(tables.manifest, manifestDigest);
      const record = view.get(tables.release, release);
      if (manifest === undefined || record === undefined) throw new Error(`the state lacks release ${release}`);
      return { author: record.author, manifest };
    });
    const authors = this.#authors(view, className, new Set(found.map((each) => each.author)));
    const kids = authors.map((author) => author.kid);
    const releases: BundleRelease[] = found.map(({ author, manifest }) => ({
      manifest: utf8(manifest.manifest),
      signature: fromBase64url(manifest.signature),
      payloadSignature: fromBase64url(manifest.payloadSignature),
      author: kids.indexOf(author),
    }));
    return { authors: authors.map(({ entitlement, key }): BundleAuthor => ({ entitlement, key })), kids, releases };
  }

  // The releases' authors and those that they took over from, in the order of their key ids (PROTOCOL B-14).
  #authors(view: StateView, className: string, wanted: ReadonlySet<string>) {
    const found = new Map<string, BundleAuthor & { kid: string }>();
    const queue = [...wanted];
    for (let kid = queue.pop(); kid !== undefined; kid = queue.pop()) {
      const author: Author | undefined = view.get(tables.author, kid);
      const entitlement = view.bytes(tables.entitlement, kid, className);
      if (author === undefined || entitlement === undefined) throw new Error(`the state lacks author ${kid}`);
      found.set(kid, { kid, key: rawKey(author.key), entitlement });
      const from = view.get(tables.entitlement, kid, className)?.succeeds?.from;
      if (from !== undefined && !found.has(from)) queue.push(from);
    }
    return [...found.values()].sort((a, b) => (a.kid < b.kid ? -1 : 1));
  }

  #consistency(size: number, threshold: number, from: readonly number[]): readonly BundleConsistency[] {
    const earlier = from.length > 0 ? from : this.#cosignatures.newestBelow(size, threshold, EARLIER);
    const wanted = earlier.filter((each) => each > 0 && each < size);
    const nodes = logNodes(this.#database);
    return [...new Set(wanted)]
      .sort((a, b) => a - b)
      .map((earlier) => ({
        size: earlier,
        root: rootAt(this.#crypto, nodes, earlier),
        path: concat(...consistencyProof(this.#crypto, nodes, { from: earlier, to: size })),
      }));
  }
}
