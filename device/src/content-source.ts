import type { Offer } from "@firmament/core/update";

/**
 * Where a device gets images from. The source is not trusted: sizes and digests are checked on the device.
 * It yields the plaintext image from byte `from` on (a source of encrypted content decrypts), ends only where the
 * content ends, and throws where it was interrupted; the device then asks again, from where it stopped.
 */
export interface ContentSource {
  open(offer: Offer, from: number, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}
