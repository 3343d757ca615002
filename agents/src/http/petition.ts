import { text } from "@firmament/core/codec";
import type { PublicKey } from "@firmament/core/keys";
import { exactMembers, publicKeyFrom, signatureFrom } from "./body.ts";
import type { ReadPublicKey } from "./ports.ts";

const messageText = text({ max: 1024 });

/** A petition as source 004 has it: PEM, text and standard base64. */
export interface PetitionBody {
  readonly publicKey: string;
  readonly message: string;
  readonly signedMessage: string;
}

/** A petition as it came, with what its parts mean. */
export interface Petition {
  readonly key: PublicKey;
  readonly message: string;
  /** Base64url. */
  readonly signature: string;
  readonly body: PetitionBody;
}

/** Body of `POST /register/author`, of author and register agent alike. @throws Refusal `http/keys`, `http/…` */
export function parsePetition(value: unknown, readKey: ReadPublicKey): Petition {
  const members = exactMembers(value, ["publicKey", "message", "signedMessage"]);
  const key = publicKeyFrom(readKey, members.publicKey);
  const message = messageText(members.message, "message");
  const signature = signatureFrom(members.signedMessage, "signedMessage");
  const body = { publicKey: String(members.publicKey), message, signedMessage: String(members.signedMessage) };
  return { key, message, signature, body };
}
