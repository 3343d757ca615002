import { fromUtf8, toBase64url, utf8 } from "@firmament/core/bytes";
import { decodeManifest, type Manifest } from "@firmament/core/manifest";
import { nodeCrypto } from "@firmament/crypto";
import { cidOfBytes, type Consortium, type PreparedRelease, type ReleaseOptions } from "../../kit/index.ts";
import { type Attack, type Description, onLedger } from "../attack.ts";
import { flipBit, replaceText } from "../forge/edit.ts";

type Before = (c: Consortium) => Promise<unknown>;

/** Registers an honest release, with deviations before or after the author signed. */
export async function register(
  c: Consortium,
  options: ReleaseOptions = {},
  change: (prepared: PreparedRelease) => Partial<PreparedRelease> = () => ({}),
): Promise<string> {
  const prepared = await c.prepare({ version: "2.0.0", ...options });
  return c.register({ ...prepared, ...change(prepared) });
}

/** A registration with deviations, and the same without. */
function registration(
  about: Description & { readonly before?: Before; readonly honest?: ReleaseOptions },
  attack: (c: Consortium) => Promise<unknown>,
): Attack {
  const { before, honest, ...description } = about;
  const prepare = async (c: Consortium) => {
    await before?.(c);
    await c.renewGrant();
  };
  return onLedger({ ...description, attack, honest: (c) => register(c, honest), prepare });
}

/** A manifest that its author signed with these members changed. */
function signed(about: Description, change: (honest: Manifest) => Partial<Manifest>): Attack {
  return registration(about, async (c) => {
    const { manifest } = await c.prepare();
    return register(c, { manifest: change(decodeManifest(nodeCrypto, manifest)) });
  });
}

async function published(c: Consortium): Promise<void> {
  await c.publish({ version: "1.10.0" });
  c.now += 60;
}

const forged = (signature: string) => toBase64url(flipBit(Buffer.from(signature, "base64url"), 40));
const otherDigit = (hex: string) => (hex.startsWith("0") ? "1" : "0") + hex.slice(1);

const orders: readonly Attack[] = [
  registration(
    {
      name: "older sequence is registered",
      before: published,
      code: "release/sequence",
      shows: ["S4-39"],
      threats: ["T7"],
    },
    (c) => register(c, { sequence: (c.now - 61) * 1000 }),
  ),
  registration(
    {
      name: "equal sequence is registered",
      before: published,
      code: "release/sequence",
      shows: ["S4-39"],
      threats: ["T7"],
    },
    (c) => register(c, { sequence: (c.now - 60) * 1000 }),
  ),
  registration(
    {
      name: "version order as text: 1.9.0 after 1.10.0 is registered",
      before: published,
      code: "release/version",
      honest: { version: "1.11.0" },
      shows: ["S4-38"],
      threats: ["T7"],
    },
    (c) => register(c, { version: "1.9.0" }),
  ),
  registration(
    { name: "sequence far ahead of the ledger's time", code: "release/sequence-ahead", threats: ["T7", "T22"] },
    (c) => register(c, { sequence: c.now * 1000 + 600_001 }),
  ),
  registration(
    {
      name: "the same version again",
      before: async (c) => register(c),
      code: "release/exists",
      honest: { version: "2.0.1" },
      threats: ["T25", "T29"],
    },
    (c) => register(c, { sequence: c.now * 1000 + 1 }),
  ),
  registration(
    { name: "floor above the release's own sequence", code: "release/floor", threats: ["T16", "T18"] },
    async (c) => c.register(await c.prepare({ version: "2.0.0" }), { floor: c.now * 1000 + 1 }),
  ),
];

const contents: readonly Attack[] = [
  signed({ name: "size mismatch in the manifest", code: "manifest/size", threats: ["T11"] }, ({ size }) => ({
    size: size + 1,
  })),
  signed({ name: "digest mismatch in the manifest", code: "manifest/digest", threats: ["T4", "T6"] }, (honest) => ({
    payloadDigest: otherDigit(honest.payloadDigest),
  })),
  signed({ name: "CID mismatch in the manifest", code: "manifest/cid", threats: ["T6"] }, ({ image }) => ({
    stored: { ...image, cid: cidOfBytes(nodeCrypto, utf8("something else")) },
  })),
  signed(
    { name: "stored bytes that are not the image", code: "manifest/stored", threats: ["T6"] },
    ({ image, stored }) => ({
      ...(stored && { stored: { ...stored, sha384: otherDigit(image.sha384) } }),
    }),
  ),
  signed({ name: "dependency mismatch: it was never published", code: "release/dependency", threats: ["T9"] }, () => ({
    dependencies: [{ classID: "sensor", versionID: "9.9.9" }],
  })),
  signed({ name: "manifest of another vendor is registered", code: "class/vendor", threats: ["T1", "T12"] }, () => ({
    vendorID: "emca",
  })),
  signed({ name: "manifest of an unknown class is registered", code: "class/unknown", threats: ["T12"] }, () => ({
    classID: "pump",
  })),
  signed(
    { name: "manifest for another storage location is registered", code: "release/storage-location", threats: ["T12"] },
    () => ({ storageLocation: "boot" }),
  ),
];

const alterations: readonly Attack[] = [
  registration(
    {
      name: "altered manifest byte on its way to the ledger",
      code: "release/manifest-signature",
      threats: ["T4", "T21"],
    },
    (c) => register(c, {}, ({ manifest }) => ({ manifest: replaceText(manifest, "2.0.0", "2.0.1") })),
  ),
  registration(
    {
      name: "false payload signature on its way to the ledger",
      code: "release/payload-signature",
      threats: ["T4", "T21"],
    },
    (c) => register(c, {}, ({ payloadSignature }) => ({ payloadSignature: forged(payloadSignature) })),
  ),
  registration({ name: "unknown manifest field", code: "codec/unknown-member", threats: ["T4"] }, (c) =>
    register(c, {}, ({ manifest }) => ({ manifest: utf8(fromUtf8(manifest).replace(/}$/, ',"zzz":1}')) })),
  ),
];

/** Attacks on the registration of a release. */
export const registrationAttacks: readonly Attack[] = [...orders, ...contents, ...alterations];
