import { concat } from "@firmament/core/bytes";
import { canonicalBytes } from "@firmament/core/codec";
import { newSigner, type Consortium } from "../../kit/index.ts";
import { type Attack, onBundle, published, seenBy } from "../attack.ts";
import { captured } from "../forge/captured.ts";
import { cosign, cosigningKey, signNonce } from "../forge/cosign.ts";
import { changeBundle, changeClassPart, classPartOf } from "../forge/edit.ts";
import { nextDocument, signedStep } from "../forge/trust.ts";

async function cosignedByAll(c: Consortium, bytes: Uint8Array): Promise<Uint8Array> {
  const cosignatures = await cosign(classPartOf(bytes), c.members.map(cosigningKey), c.now);
  return changeClassPart(bytes, () => ({ cosignatures }));
}

/** A bundle may be larger than it must be in as many ways as it has parts; each is refused. */
export const surplusAttacks: readonly Attack[] = [
  onBundle({
    name: "surplus cosignature",
    threats: ["T11"],
    code: "bundle/surplus",
    scene: async (c) => {
      await c.publish();
      await c.cosign();
      return {};
    },
    attack: async ({ bytes, c }) => ({ bytes: await cosignedByAll(c, bytes) }),
  }),
  onBundle({
    name: "surplus author",
    threats: ["T11"],
    code: "bundle/surplus",
    attack: async ({ bytes, c }) => {
      const { key } = await newSigner();
      return {
        bytes: await captured(c, bytes, ({ authors }) => ({
          authors: [...authors, { entitlement: { status: "active", vendor: "acme" }, key }],
        })),
      };
    },
  }),
  onBundle({
    name: "surplus manifest",
    threats: ["T11"],
    code: "bundle/manifests",
    attack: ({ bytes }) => ({
      bytes: changeClassPart(bytes, ({ releases }) => ({ releases: [...releases, ...releases] })),
    }),
  }),
  onBundle({
    name: "consistency proof where the trust root demands none",
    threats: ["T11"],
    code: "bundle/surplus",
    attack: ({ bytes }) => ({
      bytes: changeClassPart(bytes, ({ root }) => ({ consistency: [{ path: new Uint8Array(0), root, size: 1 }] })),
    }),
  }),
  onBundle({
    name: "consistency proof to the bundle's own size",
    threats: ["T11"],
    code: "bundle/surplus",
    ready: { consistency: true },
    scene: async (c) => {
      await published(c);
      return { device: seenBy(c.device(), c.bundle(), c.now) };
    },
    attack: ({ bytes }) => ({
      bytes: changeClassPart(bytes, ({ root, size }) => ({ consistency: [{ path: new Uint8Array(0), root, size }] })),
    }),
  }),
  onBundle({
    name: "device record where the class is not targeted",
    threats: ["T11", "T24"],
    code: "bundle/surplus",
    attack: ({ bytes }) => {
      const { proof } = classPartOf(bytes);
      const record = { proof, value: canonicalBytes({}) };
      return { bytes: changeBundle(bytes, () => ({ devicePart: { nonces: [], record } })) };
    },
  }),
  onBundle({
    name: "empty device part",
    threats: ["T11"],
    code: "bundle/surplus",
    attack: ({ bytes }) => ({ bytes: changeBundle(bytes, () => ({ devicePart: { nonces: [], record: undefined } })) }),
  }),
  onBundle({
    name: "nonce signatures for a device with a clock",
    threats: ["T11"],
    code: "bundle/surplus",
    attack: async ({ bytes, c }) => {
      const keys = [0, 1, 2].map((i) => cosigningKey(c.member(i)));
      const nonces = await signNonce(classPartOf(bytes), "AAAAAAAAAAAAAAAAAAAAAA", keys);
      return { bytes: changeBundle(bytes, () => ({ devicePart: { nonces, record: undefined } })) };
    },
  }),
  onBundle({
    name: "trust root signature of nobody's",
    threats: ["T11"],
    code: "trust/signature",
    attack: async ({ bytes, c }) => {
      const roots = [...c.members.map(({ root }) => root), await newSigner()];
      const [first] = classPartOf(bytes).trust;
      const signed = await signedStep(first?.document ?? nextDocument(c), roots);
      return { bytes: changeClassPart(bytes, () => ({ trust: [signed] })) };
    },
  }),
  onBundle({
    name: "bytes after the end",
    threats: ["T11"],
    code: "codec/cbor",
    attack: ({ bytes }) => ({ bytes: concat(bytes, Uint8Array.of(0)) }),
  }),
  onBundle({
    name: "bundle of more than a mebibyte",
    threats: ["T11", "T16"],
    code: "codec/too-large",
    attack: ({ bytes }) => ({ bytes: concat(bytes, new Uint8Array(1_048_576)) }),
  }),
];
