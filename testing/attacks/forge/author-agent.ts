import { randomBytes } from "node:crypto";
import { AuthorService, type RegisterAgentClient } from "@firmament/agents/author";
import { signPetition } from "@firmament/agents/signing";
import { toBase64url, utf8 } from "@firmament/core/bytes";
import { nodeCrypto } from "@firmament/crypto";
import type { Receipt } from "@firmament/replica";
import type { Consortium, PreparedRelease } from "../../kit/index.ts";

const TOKEN = "a token of the author";

/** Gives the author a grant for the token that its agent keeps. */
export async function petition(c: Consortium): Promise<void> {
  const { key } = c.manifestKey;
  const nonce = randomBytes(16);
  const { message, signature } = await signPetition(c.manifestKey, { ledger: c.ledger, nonce, text: "an author" });
  const token = toBase64url(nodeCrypto.sha256(utf8(TOKEN)));
  await c.submit(c.member(1).registerAgent, "author.petition", { key, message, signature, token });
}

/** What a register agent does with a registration: puts it on the ledger, or something else. */
export type Carry = (transaction: Uint8Array) => Receipt;

/** Registers a release through a real author agent, whose register agent carries transactions so. @throws Refusal */
export async function registerThrough(c: Consortium, prepared: PreparedRelease, carry: Carry): Promise<void> {
  const { author, image, manifest, payloadSignature, signature } = prepared;
  const kept = { author, publicKey: "", token: TOKEN };
  const register: RegisterAgentClient = {
    petition: async () => TOKEN,
    ready: async () => undefined,
    register: async ({ transaction }) => {
      const receipt = carry(transaction);
      return { receipt: { ...receipt }, release: receipt.transaction, state: "REGISTERED" };
    },
  };
  const agent = new AuthorService({
    clock: () => c.now,
    crypto: nodeCrypto,
    keyStore: { load: async () => kept, save: async () => undefined },
    ledger: c.ledger,
    register,
    signer: c.member(0).author,
  });
  const payload = (async function* () {
    yield image;
  })();
  await agent.register({ author, manifest, payloadSignature, signature }, payload, new AbortController().signal);
}
