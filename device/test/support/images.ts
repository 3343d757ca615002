import { createHash } from "node:crypto";
import type { ContentSource, FactoryImage } from "@firmament/device";
import type { Offer } from "@firmament/core/update";

const contents = new Map<string, Uint8Array>();

/** The bytes of a release's image, different for each release. */
export function contentOf(release: string, size: number): Uint8Array {
  const name = `${release} ${size}`;
  const content = contents.get(name) ?? makeContent(release, size);
  contents.set(name, content);
  return content;
}

function makeContent(release: string, size: number): Uint8Array {
  const pad = createHash("sha512").update(release).digest();
  return new Uint8Array(size).map((_, i) => (pad[i % pad.length] ?? 0) ^ (i >> 6));
}

export function factoryImage(sequence: number, size: number): FactoryImage {
  const release = `release-${sequence}`;
  const manifestDigest = createHash("sha384").update(release).digest("base64url");
  return { bytes: contentOf(release, size), release, sequence, version: String(sequence), manifestDigest };
}

export function offerOf(sequence: number, size: number, storageLocation = "main"): Offer {
  const { bytes, ...names } = factoryImage(sequence, size);
  const digest = (algorithm: string) => createHash(algorithm).update(bytes).digest("hex");
  const image = { size, sha256: digest("sha256"), sha384: digest("sha384") };
  return { ...names, image, stored: { ...image, cid: `cid-${sequence}` }, storageLocation, floor: 0 };
}

/** Serves what offers promise, in chunks that fit no piece, and remembers from where it was asked. */
export class HonestSource implements ContentSource {
  readonly asked: number[] = [];

  async *open({ release, image }: Offer, from: number): AsyncGenerator<Uint8Array> {
    this.asked.push(from);
    const content = contentOf(release, image.size);
    for (let at = from; at < content.length; at += 1000) yield content.subarray(at, at + 1000);
  }
}

/** A source that alters what an honest one serves. */
export function alteredSource(
  alter: (chunks: AsyncIterable<Uint8Array>, from: number) => AsyncIterable<Uint8Array>,
): ContentSource {
  const honest = new HonestSource();
  return { open: (offer, from) => alter(honest.open(offer, from), from) };
}
