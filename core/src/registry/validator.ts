import { base64urlOf, type Decoded, type Decoder, hexOf, object, signatureText } from "../codec/index.ts";
import { type PublicKey, publicKey } from "../keys/index.ts";
import { refuse } from "./errors.ts";

/** A ledger whose organisations agree by votes of their nodes needs four to bear one fault, and the electorate bounds it. */
export const validatorLimits = { min: 4, max: 64 } as const;

type Ed25519Key = Extract<PublicKey, { readonly kty: "OKP" }>;

const ed25519: Decoder<Ed25519Key> = (value, path) => {
  const key = publicKey(value, path);
  if (key.kty !== "OKP") throw refuse("validator/key", `See ${path}.`);
  return key;
};

/** Id of a node among its peers: 20 bytes, as the engine makes it from the node's own key. */
export const peerId = hexOf(20);

/** An organisation's node in the engine (PROTOCOL V-7): its peer id, and its consensus key as an Ed25519 JWK. */
export const engineNode = object({ peer: peerId, validator: ed25519 });
export type EngineNode = Decoded<typeof engineNode>;

/** Body of `node.declare`: `proof` is by the validator key, for purpose `validator` (PROTOCOL I-5). */
export const declaredNode = object({ peer: peerId, proof: signatureText, validator: ed25519 });

/** DER of an organisation's own certificate authority as base64url; the state machine does not look inside. */
export const certificate = base64urlOf(1, 2048);
