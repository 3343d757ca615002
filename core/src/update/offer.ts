import { type Decoder, digest384, hexOf, idName, integer, object, sequenceNumber, text } from "../codec/index.ts";

/** Length in bytes and digests (lower-case hexadecimal) of one sequence of bytes. */
export interface Digested {
  readonly size: number;
  readonly sha256: string;
  readonly sha384: string;
}

/**
 * One component's release as the bundle verifier accepted it: signatures, approvals, class and dependencies are
 * already checked, and every member stems from the verified manifest or from the proven class head.
 */
export interface Offer {
  readonly release: string;
  /** Milliseconds since 1970 that the manifest names as its sequence. */
  readonly sequence: number;
  readonly version: string;
  /** SHA-384 of the manifest bytes, base64url. */
  readonly manifestDigest: string;
  /** What is to stand in the slot. */
  readonly image: Digested;
  /** What content stores hold: the image itself or its ciphertext; absent where the manifest holds the payload. */
  readonly stored?: Digested & { readonly cid: string };
  /** The component that the image is for. */
  readonly storageLocation: string;
  /** Lowest sequence that the class's head still lets devices install. */
  readonly floor: number;
}

const digests = { size: integer(1), sha256: hexOf(32), sha384: hexOf(48) };

/** Members that name a release wherever this family writes one down. */
export const release = {
  release: text({ max: 64 }),
  sequence: sequenceNumber,
  version: text({ max: 64 }),
  manifestDigest: digest384,
};

export const offer: Decoder<Offer> = object(
  {
    ...release,
    image: object(digests),
    storageLocation: idName,
    floor: integer(0),
  },
  { stored: object({ ...digests, cid: text({ max: 100 }) }) },
);
