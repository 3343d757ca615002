import { fromUtf8, toBase64url, utf8 } from "@firmament/core/bytes";
import type { Signer } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";
import type { TestAgents } from "../agents/support/agents.ts";
import { type Answer, answerOf } from "../agents/support/author.ts";
import type { PreparedRelease } from "../kit/index.ts";

/** A registration as an author agent signs it, or as somebody else does. */
export async function registration(
  { consortium }: TestAgents,
  prepared: PreparedRelease,
  token: string,
  signer: Signer = consortium.member(0).author,
): Promise<string> {
  const { author, payloadSignature, signature } = prepared;
  const grant = toBase64url(nodeCrypto.sha256(utf8(token)));
  const body = { author, grant, manifest: fromUtf8(prepared.manifest), payloadSignature, signature };
  return fromUtf8(await consortium.transaction(signer, "release.register", body));
}

/** Sends a registration straight to the register agent, with a token of the sender's choice. */
export async function register(agents: TestAgents, prepared: PreparedRelease, token: string): Promise<Answer> {
  const form = new FormData();
  form.set("transaction", await registration(agents, prepared, token));
  form.set("payload", new Blob([Uint8Array.from(prepared.image)]), "payload");
  const headers = { authorization: `Bearer ${token}` };
  return answerOf(await fetch(new URL("register", agents.urls.register), { body: form, headers, method: "POST" }));
}

/** Sends a finished transaction through the register agent. */
export async function submit({ urls }: TestAgents, transaction: string | Uint8Array): Promise<Answer> {
  const body = typeof transaction === "string" ? transaction : fromUtf8(transaction);
  const headers = { "content-type": "application/jose+json" };
  return answerOf(await fetch(new URL("v1/transactions", urls.register), { body, headers, method: "POST" }));
}
