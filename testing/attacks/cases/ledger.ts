import { toBase64url, utf8 } from "@firmament/core/bytes";
import type { Manifest } from "@firmament/core/manifest";
import { cidOfBytes, type Consortium, newSigner, type PreparedRelease, type ReleaseOptions } from "../../kit/index.ts";
import { nodeCrypto } from "@firmament/crypto";
import { type Attack, type LedgerAttack, onLedger } from "../attack.ts";
import { flipBit, replaceText } from "../forge/edit.ts";
import { nextDocument, signedStep, submitStep, withRoots } from "../forge/trust.ts";

type About = Pick<LedgerAttack, "code" | "name" | "prepare" | "shows" | "threats">;

/** Registers an honest release, with deviations before or after the author signed. */
async function register(
  c: Consortium,
  options: ReleaseOptions = {},
  change: (prepared: PreparedRelease) => Partial<PreparedRelease> = () => ({}),
): Promise<string> {
  const prepared = await c.prepare({ version: "2.0.0", ...options });
  return c.register({ ...prepared, ...change(prepared) });
}

/** A registration with deviations, and the same without. */
function registration(about: About, attack: (c: Consortium) => Promise<unknown>, honest: ReleaseOptions = {}): Attack {
  return onLedger({ ...about, attack, honest: (c) => register(c, honest) });
}

function manifestThatSays(about: About, members: (honest: Manifest) => Partial<Manifest>): Attack {
  return registration(about, async (c) => {
    const honest = JSON.parse(Buffer.from((await c.prepare()).manifest).toString()) as Manifest;
    return register(c, { manifest: members(honest) });
  });
}

async function publishFirst(c: Consortium): Promise<void> {
  await c.publish({ version: "1.10.0" });
  c.now += 60;
}

const forged = (signature: string) => toBase64url(flipBit(Buffer.from(signature, "base64url"), 40));

const registrations: readonly Attack[] = [
  registration(
    {
      name: "older sequence is registered",
      code: "release/sequence",
      prepare: publishFirst,
      shows: ["S4-39"],
      threats: ["T7"],
    },
    (c) => register(c, { sequence: (c.now - 61) * 1000 }),
  ),
  registration(
    {
      name: "equal sequence is registered",
      code: "release/sequence",
      prepare: publishFirst,
      shows: ["S4-39"],
      threats: ["T7"],
    },
    (c) => register(c, { sequence: (c.now - 60) * 1000 }),
  ),
  registration(
    {
      name: "version order as text: 1.9.0 after 1.10.0",
      code: "release/version",
      prepare: publishFirst,
      shows: ["S4-38"],
      threats: ["T7"],
    },
    (c) => register(c, { version: "1.9.0" }),
    { version: "1.11.0" },
  ),
  registration(
    {
      name: "sequence far ahead of the ledger's time",
      code: "release/sequence-ahead",
      shows: ["S4-39"],
      threats: ["T7", "T22"],
    },
    (c) => register(c, { sequence: c.now * 1000 + 600_001 }),
  ),
  manifestThatSays(
    { name: "size mismatch", code: "manifest/size", shows: ["S4-47"], threats: ["T11"] },
    ({ size }) => ({ size: size + 1 }),
  ),
  manifestThatSays(
    { name: "digest mismatch", code: "manifest/digest", threats: ["T4", "T6"] },
    ({ payloadDigest }) => ({
      payloadDigest: payloadDigest.replace(/^./, (digit) => (digit === "0" ? "1" : "0")),
    }),
  ),
  manifestThatSays({ name: "CID mismatch", code: "manifest/cid", threats: ["T6"] }, ({ stored }) =>
    stored === undefined ? {} : { stored: { ...stored, cid: cidOfBytes(nodeCrypto, utf8("something else")) } },
  ),
  manifestThatSays(
    { name: "stored bytes that are not the image", code: "manifest/stored", threats: ["T6"] },
    ({ stored }) => (stored === undefined ? {} : { stored: { ...stored, size: stored.size + 1 } }),
  ),
  manifestThatSays(
    { name: "dependency that was never published", code: "release/dependency", shows: ["S4-49"], threats: ["T9"] },
    () => ({
      dependencies: [{ classID: "sensor", versionID: "9.9.9" }],
    }),
  ),
  manifestThatSays(
    { name: "manifest of another vendor is registered", code: "class/vendor", threats: ["T1", "T12"] },
    () => ({ vendorID: "emca" }),
  ),
  manifestThatSays(
    { name: "manifest for another storage location is registered", code: "release/storage-location", threats: ["T12"] },
    () => ({
      storageLocation: "boot",
    }),
  ),
  registration(
    {
      name: "altered manifest byte on its way to the ledger",
      code: "release/manifest-signature",
      threats: ["T4", "T21"],
    },
    (c) => register(c, {}, ({ manifest }) => ({ manifest: replaceText(manifest, "2.0.0", "2.0.1") })),
  ),
  registration({ name: "false payload signature", code: "release/payload-signature", threats: ["T4"] }, (c) =>
    register(c, {}, ({ payloadSignature }) => ({ payloadSignature: forged(payloadSignature) })),
  ),
  registration(
    {
      name: "the same version again",
      code: "release/exists",
      prepare: async (c) => void (await register(c)),
      threats: ["T25", "T29"],
    },
    (c) => register(c, { sequence: c.now * 1000 + 1 }),
    { version: "2.0.1" },
  ),
];

const people: readonly Attack[] = [
  onLedger({
    name: "author key revoked: it registers nothing more",
    code: "author/revoked",
    threats: ["T2"],
    attack: async (c) => {
      const prepared = await c.prepare();
      const author = await newSigner();
      await c.submit(c.member(0).admin, "author.approve", { classes: ["sensor"], key: author.key, vendor: "acme" });
      return { author, prepared };
    },
    honest: (c) => register(c),
  }),
];
void people;
void nextDocument;
void signedStep;
void submitStep;
void withRoots;
export const ledgerAttacks: readonly Attack[] = [...registrations];
