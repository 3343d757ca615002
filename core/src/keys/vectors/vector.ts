import type { PublicKey } from "../port.ts";

/** One verdict of the protocol's equation; the name goes into the report of a platform that decides otherwise. */
export interface SignatureVector {
  readonly name: string;
  /** As a message may carry it: some of these keys are refused, which is the verdict `false`. */
  readonly key: PublicKey;
  /** Hexadecimal. */
  readonly message: string;
  /** Hexadecimal. */
  readonly signature: string;
  readonly valid: boolean;
}
