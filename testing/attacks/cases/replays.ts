import { isDeepStrictEqual } from "node:util";
import { verifySignature } from "@firmament/core/keys";
import { decodeTransaction } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import type { Receipt } from "@firmament/replica";
import { type Consortium, newSigner } from "../../kit/index.ts";
import { type Attack, onLedger } from "../attack.ts";
import { otherS, withSignature } from "../forge/signature.ts";
import { type IdleAttack, withoutEffect } from "../without-effect.ts";

interface Accepted {
  readonly bytes: Uint8Array;
  readonly receipt: Receipt;
}

async function enrolment(c: Consortium): Promise<Uint8Array> {
  return c.transaction(c.member(0).admin, "identity.enrol", { key: (await newSigner()).key, roles: ["node"] });
}

async function accepted(c: Consortium): Promise<Accepted> {
  const bytes = await enrolment(c);
  return { bytes, receipt: c.apply(bytes) };
}

/** The accepted transaction signed once more by the same key: both signatures are true, and they differ. */
async function signedAgain(c: Consortium, bytes: Uint8Array): Promise<Uint8Array> {
  const { admin } = c.member(0);
  const { signature, signingInput } = decodeTransaction(nodeCrypto, bytes);
  const second = await admin.sign(signingInput);
  const isOther = !isDeepStrictEqual(second, signature);
  if (!isOther || !verifySignature(nodeCrypto, admin.key, signingInput, second)) throw new Error("no second signature");
  return withSignature(bytes, () => second);
}

/** A second copy of an accepted transaction: one entry, and the receipt that the first one had. */
function replay(
  about: Pick<IdleAttack<Accepted>, "name" | "threats">,
  copy: (c: Consortium, bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>,
): Attack {
  return withoutEffect({
    ...about,
    prepare: accepted,
    measure: (c) => c.replica.status,
    attack: async (c, { bytes, receipt }) => {
      const again = c.apply(await copy(c, bytes), c.now + 1);
      if (!isDeepStrictEqual(again, receipt)) throw new Error("the same transaction got another receipt");
    },
    honest: async (c) => c.apply(await enrolment(c)),
  });
}

/** Attacks that send again what was sent, as it was or with another signature. */
export const replayAttacks: readonly Attack[] = [
  onLedger({
    name: "malleated ES256 signature: r, n - s",
    code: "transaction/signature",
    threats: ["T30"],
    prepare: enrolment,
    attack: async (c, bytes) => c.apply(withSignature(bytes, otherS)),
    honest: async (c, bytes) => c.apply(bytes),
  }),
  replay({ name: "the same transaction twice", threats: ["T30"] }, (_, bytes) => bytes),
  replay({ name: "an accepted transaction with its signature malleated", threats: ["T30"] }, (_, bytes) =>
    withSignature(bytes, otherS),
  ),
  replay({ name: "an accepted transaction with a second true signature", threats: ["T30"] }, signedAgain),
];
