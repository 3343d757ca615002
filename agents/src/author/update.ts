import { fromBase64, fromBase64url } from "@firmament/core/bytes";
import { sequenceNumber, text } from "@firmament/core/codec";
import { refusalsOf } from "@firmament/core/errors";
import { type Crypto, keyId, type PublicKey, verifySignature } from "@firmament/core/keys";
import { manifestSigningInput, payloadSigningInput } from "@firmament/core/manifest";
import { releaseErrors, rolloutRecord } from "@firmament/core/registry";
import { exactMembers, publicKeyFrom, type ReadPublicKey, signatureFrom } from "../http/index.ts";
import { manifestBytes, requireManifest } from "../upload/index.ts";
import { refuse } from "./errors.ts";
import type { SignedUpdate } from "./service.ts";

/** What turns the edge's form of an update into the inside's. */
export interface UpdateReader {
  readonly crypto: Crypto;
  readonly readKey: ReadPublicKey;
  /** Characters of a payload in a JSON body. */
  readonly maxPayloadCharacters: number;
}

const refuseRelease = refusalsOf(releaseErrors);

type Members = ReturnType<typeof membersOf>;

const membersOf = (value: unknown) =>
  exactMembers(value, ["manifest", "authorSign", "authorManifestSign"], ["payload", "rollout", "floor"]);

function parseJson(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch (cause) {
    throw refuse("author-agent/update-form", "", { cause });
  }
}

// Both signatures are checked before the payload is read: a stranger costs no more than this.
function requireSigned(crypto: Crypto, key: PublicKey, update: SignedUpdate): SignedUpdate {
  const over = (message: Uint8Array, signature: string) =>
    verifySignature(crypto, key, message, fromBase64url(signature));
  const { payloadDigest } = requireManifest(crypto, update.manifest);
  if (!over(manifestSigningInput(crypto, update.manifest), update.signature)) {
    throw refuseRelease("release/manifest-signature", update.author);
  }
  if (!over(payloadSigningInput(payloadDigest), update.payloadSignature)) {
    throw refuseRelease("release/payload-signature", update.author);
  }
  return update;
}

function signedUpdate({ crypto, readKey }: UpdateReader, publicKey: unknown, members: Members): SignedUpdate {
  const key = publicKeyFrom(readKey, publicKey);
  return requireSigned(crypto, key, {
    author: keyId(crypto, key),
    manifest: manifestBytes(crypto, members.manifest),
    payloadSignature: signatureFrom(members.authorSign, "authorSign"),
    signature: signatureFrom(members.authorManifestSign, "authorManifestSign"),
    ...(members.rollout === undefined ? {} : { rollout: rolloutRecord(members.rollout, "rollout") }),
    ...(members.floor === undefined ? {} : { floor: sequenceNumber(members.floor, "floor") }),
  });
}

/** The fields of a multipart body. @throws Refusal `http/…`, `upload/…`, `codec/…`, `author-agent/update-form` */
export function parseFields(
  reader: UpdateReader,
  fields: Readonly<Record<"publicKey" | "update", unknown>>,
): SignedUpdate {
  const members = membersOf(parseJson(fields.update));
  // A file stands beside these fields: a second payload among them would be dropped in silence.
  if (members.payload !== undefined)
    exactMembers(members, ["manifest", "authorSign", "authorManifestSign"], ["rollout", "floor"]);
  return signedUpdate(reader, fields.publicKey, members);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A JSON body with a small payload in base64. @throws Refusal as {@link parseFields}, `bytes/base64` */
export function parseJsonBody(reader: UpdateReader, body: unknown) {
  const { publicKey, update } = exactMembers(body, ["publicKey", "update"]);
  const members = membersOf(update);
  const payloadText = text({ max: reader.maxPayloadCharacters });
  const payload = members.payload === undefined ? undefined : once(fromBase64(payloadText(members.payload, "payload")));
  return { payload, update: signedUpdate(reader, publicKey, members) };
}
