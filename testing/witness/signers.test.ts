import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fromBase64url, toBase64url, utf8 } from "@firmament/core/bytes";
import { encodeTwoHistories, verifyTwoHistories } from "@firmament/core/evidence";
import type { Crypto, Signer } from "@firmament/core/keys";
import { cosignatureLine, cosignatureMessage, formatCheckpoint, formatNote } from "@firmament/core/log";
import type { TrustDocument } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { trustChain } from "@firmament/replica";
import { Consortium, newSigner } from "@firmament/testing/kit";

const bare = ({ key }: Signer): Uint8Array => fromBase64url(key.kty === "OKP" ? key.x : "");

/** A cosigned note of the consortium's ledger at size 1, with any root. */
async function signedNote(
  c: Consortium,
  root: Uint8Array,
  name: string,
  cosigner: Signer,
  crypto: Crypto = nodeCrypto,
) {
  const text = formatCheckpoint({ origin: c.ledger, root, size: 1 });
  const signature = await cosigner.sign(cosignatureMessage(c.now, text));
  const line = cosignatureLine(crypto, { name, publicKey: bare(cosigner) }, { signature, time: c.now });
  return formatNote({ signatures: [line], text });
}

const roots = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as const;

type Named = readonly [string, Signer];

/** A proof that `one` vouches for one root and `two` for another. */
async function proofOf(c: Consortium, [one, two]: readonly [Named, Named], crypto?: Crypto): Promise<Uint8Array> {
  const version = c.trustPin().version;
  return encodeTwoHistories({
    first: await signedNote(c, roots[0], ...one, crypto),
    path: [],
    root: roots[1],
    second: await signedNote(c, roots[1], ...two, crypto),
    trust: trustChain(c.replica.database, version),
  });
}

// The organisations with other cosigner keys.
function withCosigners({ organisations }: TrustDocument, keys: ReadonlyMap<string, Signer>): Partial<TrustDocument> {
  return {
    organisations: organisations.map((each) => {
      const key = keys.get(each.name)?.key;
      return key?.kty === "OKP" ? { ...each, cosigners: each.cosigners.map((old) => ({ ...old, key })) } : each;
    }),
  };
}

describe("whom a proof of two histories names", () => {
  it("is a cosigner that a later trust root retired, too", async () => {
    using c = await Consortium.ready();
    const [bravo, fresh] = [c.member(1), await newSigner()];
    await c.nextTrust((found) => withCosigners(found, new Map([[bravo.name, fresh]])));
    const proof = await proofOf(c, [
      [bravo.name, bravo.cosigner],
      [bravo.name, fresh],
    ]);
    assert.deepEqual(verifyTwoHistories(nodeCrypto, proof, c.trustPin()).both, [bravo.name]);
  });

  it("is nobody where the key stood for two organisations: the signature does not say which", async () => {
    using c = await Consortium.ready();
    const [bravo, charlie] = [c.member(1), c.member(2)];
    const swapped = new Map([
      [bravo.name, charlie.cosigner],
      [charlie.name, bravo.cosigner],
    ]);
    await c.nextTrust((found) => withCosigners(found, swapped));
    const framed = await proofOf(c, [
      [charlie.name, bravo.cosigner],
      [charlie.name, charlie.cosigner],
    ]);
    assert.throws(() => verifyTwoHistories(nodeCrypto, framed, c.trustPin()), { code: "log/note-unverified" });
  });

  it("is a cosigner whose next key was made to have the same key id", async () => {
    using c = await Consortium.ready();
    const [bravo, fresh] = [c.member(1), await newSigner()];
    await c.nextTrust((found) => withCosigners(found, new Map([[bravo.name, fresh]])));
    // Stands for a search of 2^32 keys: this organisation's key ids are all alike.
    const prefix = toBase64url(utf8(`${bravo.name}\n`));
    const colliding: Crypto = {
      ...nodeCrypto,
      sha256(bytes) {
        const hash = nodeCrypto.sha256(bytes);
        return toBase64url(bytes.subarray(0, bravo.name.length + 1)) === prefix ? hash.fill(0, 0, 4) : hash;
      },
    };
    const named: readonly [Named, Named] = [
      [bravo.name, bravo.cosigner],
      [bravo.name, fresh],
    ];
    const proof = await proofOf(c, named, colliding);
    assert.deepEqual(verifyTwoHistories(colliding, proof, c.trustPin()).both, [bravo.name]);
    const stranger = await newSigner();
    const forged = await proofOf(c, [named[0], [bravo.name, stranger]], colliding);
    assert.throws(() => verifyTwoHistories(colliding, forged, c.trustPin()), { code: "log/cosignature-signature" });
  });
});
