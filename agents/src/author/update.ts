import { fromBase64 } from "@firmament/core/bytes";
import { sequenceNumber, text } from "@firmament/core/codec";
import { type Crypto, keyId } from "@firmament/core/keys";
import { rolloutRecord } from "@firmament/core/registry";
import { exactMembers, publicKeyFrom, type ReadPublicKey, signatureFrom } from "../http/index.ts";
import { manifestBytes } from "../upload/index.ts";
import { refuse } from "./errors.ts";
import type { SignedUpdate } from "./service.ts";

/** What turns the edge's form of an update into the inside's. */
export interface UpdateReader {
  readonly crypto: Crypto;
  readonly readKey: ReadPublicKey;
  /** Characters of a payload in a JSON body. */
  readonly maxPayloadCharacters: number;
}

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

function signedUpdate({ crypto, readKey }: UpdateReader, publicKey: unknown, members: Members): SignedUpdate {
  return {
    author: keyId(crypto, publicKeyFrom(readKey, publicKey)),
    manifest: manifestBytes(crypto, members.manifest),
    payloadSignature: signatureFrom(members.authorSign, "authorSign"),
    signature: signatureFrom(members.authorManifestSign, "authorManifestSign"),
    ...(members.rollout === undefined ? {} : { rollout: rolloutRecord(members.rollout, "rollout") }),
    ...(members.floor === undefined ? {} : { floor: sequenceNumber(members.floor, "floor") }),
  };
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
