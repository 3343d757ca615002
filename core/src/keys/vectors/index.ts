import { ed25519KeyVectors } from "./ed25519-keys.ts";
import { ed25519Vectors } from "./ed25519.ts";
import { es256Vectors } from "./es256.ts";
import { rs384Vectors } from "./rs384.ts";
import type { SignatureVector } from "./vector.ts";

export type { SignatureVector } from "./vector.ts";

/** At most 200, decided in at most 50 ms; the full sets run in the tests. */
export const selfTestVectors: readonly SignatureVector[] = [
  ...ed25519Vectors,
  ...ed25519KeyVectors,
  ...es256Vectors,
  ...rs384Vectors,
];
