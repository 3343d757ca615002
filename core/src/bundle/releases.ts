import { fromBase64url, toBase64url } from "../bytes/index.ts";
import type { Refusal } from "../errors/index.ts";
import { algorithmOf, type Crypto, keyId, type PublicKey, verifySignature } from "../keys/index.ts";
import {
  decodeManifest,
  type Manifest,
  manifestSigningInput,
  payloadSigningInput,
  successionSigningInput,
} from "../manifest/index.ts";
import type { LiveRelease } from "../registry/index.ts";
import type { Device } from "./device.ts";
import { refuse } from "./errors.ts";
import type { BundleRelease, ClassPart } from "./format.ts";
import type { ProvenAuthor, ProvenClass } from "./records.ts";

/** A live release whose manifest is authentic; `problem` says why this device must not take it all the same. */
export interface ProvenRelease {
  readonly live: LiveRelease;
  readonly manifest: Manifest;
  readonly problem: Refusal | undefined;
}

type KnownAuthors = ReadonlyMap<string, PublicKey>;

function succeeds(crypto: Crypto, device: Device, author: ProvenAuthor, known: KnownAuthors, ledger: string): boolean {
  const { succeeds: proof } = author.entitlement;
  const from = proof === undefined ? undefined : known.get(proof.from);
  if (proof === undefined || from === undefined) return false;
  const message = successionSigningInput(ledger, proof.from, author.kid, device.className);
  return verifySignature(crypto, from, message, fromBase64url(proof.signature));
}

/** Keys that the device pins, and those that they handed the class over to, one signature after another (PROTOCOL B-14). */
function knownAuthors(crypto: Crypto, device: Device, authors: readonly ProvenAuthor[], ledger: string): KnownAuthors {
  const known = new Map<string, PublicKey>();
  for (const key of device.authors) known.set(keyId(crypto, key), key);
  for (let before = -1; before < known.size;) {
    before = known.size;
    for (const author of authors) {
      if (!known.has(author.kid) && succeeds(crypto, device, author, known, ledger)) known.set(author.kid, author.key);
    }
  }
  return known;
}

// A link of a succession counts as used whether or not this device needs it: the class part is the same for all.
function assertAuthorsUsed(part: ClassPart, authors: readonly ProvenAuthor[]): void {
  const byKid = new Map(authors.map((author) => [author.kid, author]));
  const queue = part.releases.map(({ author }) => authors[author]);
  const used = new Set<string>();
  while (queue.length > 0) {
    const author = queue.pop();
    if (author === undefined) throw refuse("bundle/form", "A release has no author.");
    if (used.has(author.kid)) continue;
    used.add(author.kid);
    const before = byKid.get(author.entitlement.succeeds?.from ?? "");
    if (before !== undefined) queue.push(before);
  }
  const idle = authors.find((author) => !used.has(author.kid));
  if (idle !== undefined) throw refuse("bundle/surplus", `Author ${idle.kid} has no release.`);
}

function problemOf(author: ProvenAuthor, known: KnownAuthors, { policy }: ProvenClass): Refusal | undefined {
  if (!known.has(author.kid)) return refuse("bundle/author-unknown", author.kid);
  if (author.entitlement.status !== "active") return refuse("bundle/author-revoked", author.kid);
  const algorithm = algorithmOf(author.key);
  return policy.algorithms.includes(algorithm) ? undefined : refuse("bundle/algorithm", algorithm);
}

function authenticManifest(crypto: Crypto, found: BundleRelease, live: LiveRelease, author: ProvenAuthor): Manifest {
  if (toBase64url(crypto.sha384(found.manifest)) !== live.manifestDigest)
    throw refuse("bundle/manifest-digest", live.release);
  if (!verifySignature(crypto, author.key, manifestSigningInput(crypto, found.manifest), found.signature)) {
    throw refuse("bundle/manifest-signature", author.kid);
  }
  const manifest = decodeManifest(crypto, found.manifest);
  if (!verifySignature(crypto, author.key, payloadSigningInput(manifest.payloadDigest), found.payloadSignature)) {
    throw refuse("bundle/payload-signature", author.kid);
  }
  return manifest;
}

function assertAgrees(device: Device, manifest: Manifest, live: LiveRelease): void {
  const agrees =
    manifest.classID === device.className &&
    manifest.monotonicSequenceNumber === live.sequence &&
    manifest.versionID === live.version;
  if (!agrees) throw refuse("bundle/manifest-class", `${manifest.classID} ${manifest.versionID}.`);
}

/** Every live release with its authentic manifest, in the order of the head (PROTOCOL B-14, B-15). */
export function provenReleases(
  crypto: Crypto,
  device: Device,
  part: ClassPart,
  proven: ProvenClass,
): readonly ProvenRelease[] {
  const { authors, head } = proven;
  const known = knownAuthors(crypto, device, authors, part.origin);
  if (part.releases.length !== head.live.length) {
    throw refuse("bundle/manifests", `${part.releases.length} manifests for ${head.live.length} live releases.`);
  }
  assertAuthorsUsed(part, authors);
  return part.releases.map((found, i) => {
    const [live, author] = [head.live[i], authors[found.author]];
    if (live === undefined || author === undefined) throw refuse("bundle/manifests", `See ${i}.`);
    const manifest = authenticManifest(crypto, found, live, author);
    assertAgrees(device, manifest, live);
    return { live, manifest, problem: problemOf(author, known, proven) };
  });
}
