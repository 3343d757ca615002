import { createPublicKey } from "node:crypto";
import { fromBase64url, toBase64url } from "@firmament/core/bytes";
import { canonicalBytes, type Decoded, digest256, object, seconds, text } from "@firmament/core/codec";
import { Refusal } from "@firmament/core/errors";
import { signingInput, unsignedJws } from "@firmament/core/jws";
import type { PublicKey, Signer } from "@firmament/core/keys";
import { refuse } from "./errors.ts";

// Most processes of a consortium see no token.
const jose = () => import("jose");
type JoseErrors = Awaited<ReturnType<typeof jose>>["errors"];

/** Characters of a token: an RSA-4096 signature and generous names. */
const maxTokenCharacters = 4096;

const name = text({ max: 256 });

/** Claims of a registration token (source 004); times in seconds of ledger time. */
const tokenClaims = object({
  /** The ledger's id. */
  aud: name,
  exp: seconds,
  iat: seconds,
  /** The register agent. */
  iss: name,
  jti: name,
  /** The author's key id. */
  sub: digest256,
});
export type TokenClaims = Decoded<typeof tokenClaims>;

/**
 * Makes a registration token: a JWT with RS384 over exactly the claims.
 *
 * @param signer the register agent's token key, RSA
 */
export async function mintToken(signer: Signer, claims: TokenClaims): Promise<string> {
  if (signer.algorithm !== "RS384") throw new TypeError(`a token is signed with RS384, not ${signer.algorithm}`);
  const draft = unsignedJws(signer, { typ: "JWT" }, canonicalBytes(tokenClaims(claims, "claims")));
  const signature = await signer.sign(signingInput(draft.protected, draft.payload));
  return `${draft.protected}.${draft.payload}.${toBase64url(signature)}`;
}

function refusalOf(error: unknown, errors: JoseErrors): unknown {
  if (error instanceof errors.JWTExpired) return refuse("token/expired");
  if (error instanceof errors.JOSEAlgNotAllowed) return refuse("token/algorithm");
  if (error instanceof errors.JWSSignatureVerificationFailed) return refuse("token/signature");
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "aud") return refuse("token/audience");
  if (error instanceof errors.JOSEError || error instanceof Refusal) return refuse("token/malformed");
  return error;
}

/**
 * Verifies a registration token; whether the ledger knows and has not ended it is the ledger's to say.
 *
 * @param key the register agent's token key
 * @param expected the ledger's id, and its time in seconds: never a clock of this machine
 * @throws Refusal `token/malformed`, `token/algorithm`, `token/signature`, `token/expired`, `token/audience`
 */
export async function verifyToken(
  token: string,
  key: PublicKey,
  expected: { readonly ledger: string; readonly time: number },
): Promise<TokenClaims> {
  if (token.length > maxTokenCharacters) throw refuse("token/malformed", `It has ${token.length} characters.`);
  const { errors, jwtVerify } = await jose();
  try {
    // jose reads base64url leniently; here every part has one spelling.
    for (const part of token.split(".")) fromBase64url(part);
    const { payload } = await jwtVerify(token, createPublicKey({ key: { ...key }, format: "jwk" }), {
      algorithms: ["RS384"],
      audience: expected.ledger,
      currentDate: new Date(expected.time * 1000),
      typ: "JWT",
    });
    return tokenClaims(payload, "claims");
  } catch (error) {
    throw refusalOf(error, errors);
  }
}
