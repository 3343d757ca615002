import { randomBytes } from "node:crypto";
import { toBase64url } from "@firmament/core/bytes";
import { bucketOf, decodeBundle } from "@firmament/core/bundle";
import { type DeviceRecord, tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { listRecords } from "@firmament/replica";
import { type Consortium, newSigner } from "../../kit/index.ts";
import { type Attack, type Change, onBundle, published, type Scene } from "../attack.ts";
import { captured } from "../forge/captured.ts";
import { cosigningKey, signNonce } from "../forge/cosign.ts";
import { changeBundle, classPartOf } from "../forge/edit.ts";

const targeted = { policy2: { targeted: true } } as const;

async function enrol(c: Consortium, groups: readonly string[] = []) {
  const { key, kid } = await newSigner();
  await c.submit(c.member(0).admin, "device.enrol", { className: "sensor", groups, key });
  return { id: kid, key };
}

/** Two enrolled devices of a targeted class; the scene's device is the first, `kept` the second one's bundle. */
async function twoDevices(c: Consortium): Promise<Change> {
  const [own, other] = [await enrol(c), await enrol(c)];
  await published(c);
  return {
    bytes: c.bundle("sensor", { device: own.id }),
    device: c.device({ id: own.id }),
    kept: c.bundle("sensor", { device: other.id }),
  };
}

function recordOf(bytes: Uint8Array) {
  const record = decodeBundle(bytes).devicePart?.record;
  if (record === undefined) throw new TypeError("the bundle has no device record");
  return record;
}

/** The quorum shows the device a record of its own that differs in some members. */
function withRecord(change: Partial<DeviceRecord>) {
  return async ({ bytes, c, device }: Scene): Promise<Change> => {
    const key = (await newSigner()).key;
    const honest = { className: "sensor", groups: [], key, organisation: c.member(0).name, status: "active" } as const;
    return { bytes: await captured(c, bytes, () => ({ record: { id: device.id, value: { ...honest, ...change } } })) };
  };
}

const newNonce = () => toBase64url(randomBytes(16));

/** A device without a clock, and a bundle that answers its nonce. */
async function clockless(c: Consortium): Promise<Change & { readonly device: Scene["device"] }> {
  await published(c);
  const device = c.device({ clock: "none", nonce: newNonce() });
  return { bytes: await answered(c, device.nonce ?? "", [0, 1, 2]), device };
}

async function answered(c: Consortium, nonce: string, by: readonly number[]): Promise<Uint8Array> {
  const bytes = c.bundle();
  const nonces = await signNonce(
    classPartOf(bytes),
    nonce,
    by.map((i) => cosigningKey(c.member(i))),
  );
  return changeBundle(bytes, () => ({ devicePart: { nonces, record: undefined } }));
}

/** An id that a rollout of `permille` with this salt includes, or does not. */
function idWhere(salt: string, holds: (bucket: number) => boolean): string {
  for (;;) {
    const id = toBase64url(randomBytes(32));
    if (holds(bucketOf(nodeCrypto, salt, id))) return id;
  }
}

/** Attacks on what binds a bundle to one device. */
export const deviceAttacks: readonly Attack[] = [
  onBundle({
    name: "device record missing for a targeted class",
    threats: ["T12", "T14"],
    code: "bundle/device-record",
    ready: targeted,
    scene: twoDevices,
    attack: ({ bytes }) => ({ bytes: changeBundle(bytes, () => ({ devicePart: undefined })) }),
  }),
  onBundle({
    name: "another device's record",
    threats: ["T12", "T14"],
    code: "state/proof-root",
    ready: targeted,
    scene: twoDevices,
    attack: ({ bytes, kept = bytes }) => {
      const [own, other] = [recordOf(bytes), recordOf(kept)];
      return {
        bytes: changeBundle(bytes, () => ({ devicePart: { nonces: [], record: { ...own, value: other.value } } })),
      };
    },
  }),
  onBundle({
    name: "record of a revoked device",
    threats: ["T13", "T14"],
    code: "bundle/device-record",
    ready: targeted,
    scene: twoDevices,
    attack: async ({ c, device }) => {
      await c.submit(c.member(0).admin, "device.update", { device: device.id, groups: [], status: "revoked" });
      await c.cosign([0, 1, 2]);
      return { bytes: c.bundle("sensor", { device: device.id }) };
    },
  }),
  onBundle({
    name: "device record with another key under the device's id",
    threats: ["T13", "T14"],
    code: "bundle/device-record",
    ready: targeted,
    scene: twoDevices,
    attack: withRecord({}),
  }),
  onBundle({
    name: "device record of another class under the device's id",
    threats: ["T12"],
    code: "bundle/device-record",
    ready: targeted,
    scene: twoDevices,
    attack: async (scene) => {
      const { key } = scene.c.record(tables.device, scene.device.id) ?? {};
      return withRecord({ className: "pump", ...(key === undefined ? {} : { key }) })(scene);
    },
  }),
  onBundle({
    name: "device outside a canary",
    threats: ["T12", "T18"],
    code: "offer/outside-rollout",
    scene: async (c) => {
      await c.publish({ rollout: { groups: [], permille: 100, salt: "canary" } });
      await c.cosign([0, 1, 2]);
      return { device: c.device({ id: idWhere("canary", (bucket) => bucket < 100) }) };
    },
    attack: ({ device }) => ({ device: { ...device, id: idWhere("canary", (bucket) => bucket >= 100) } }),
  }),
  onBundle({
    name: "device claims a group that its record does not have",
    threats: ["T12"],
    code: "offer/outside-rollout",
    ready: targeted,
    scene: async (c) => {
      const [member, stranger] = [await enrol(c, ["pilot"]), await enrol(c)];
      await c.publish({ rollout: { groups: ["pilot"], permille: 1000, salt: "canary" } });
      await c.cosign([0, 1, 2]);
      return {
        bytes: c.bundle("sensor", { device: member.id }),
        device: c.device({ id: member.id }),
        kept: c.bundle("sensor", { device: stranger.id }),
      };
    },
    attack: ({ bytes, c, device, kept = bytes }) => {
      const ids = listRecords(c.replica.database, tables.device).map(({ parts: [id = ""] }) => id);
      const stranger = ids.find((id) => id !== device.id) ?? "";
      return { bytes: kept, device: { ...device, groups: ["pilot"], id: stranger } };
    },
  }),
  onBundle({
    name: "replayed answer to an earlier nonce",
    threats: ["T7", "T8", "T22"],
    code: "bundle/nonce",
    scene: clockless,
    attack: ({ device }) => ({ device: { ...device, nonce: newNonce() } }),
  }),
  onBundle({
    name: "nonce answered by k-1 organisations",
    threats: ["T8", "T10"],
    code: "bundle/nonce",
    scene: clockless,
    attack: async ({ c, device }) => ({ bytes: await answered(c, device.nonce ?? "", [0, 1]) }),
  }),
  onBundle({
    name: "cosignatures without an answer for a clockless device",
    threats: ["T8", "T22"],
    code: "bundle/nonce",
    scene: clockless,
    attack: ({ c }) => ({ bytes: c.bundle() }),
  }),
];
