import { toHex, utf8 } from "@firmament/core/bytes";
import type { Offer } from "@firmament/core/update";
import { nodeCrypto } from "@firmament/crypto";
import type { ContentSource } from "@firmament/device";
import { START } from "../../kit/index.ts";
import { type Attack, resultOf } from "../attack.ts";
import { BenchDevice } from "../forge/bench-device.ts";
import { NO_EFFECT } from "../without-effect.ts";

const SEQUENCE = 100;

const imageOf = (sequence: number) => utf8(`firmware of sequence ${sequence}`);

function offer(sequence: number, floor: number): Offer {
  const image = imageOf(sequence);
  const digests = { sha256: toHex(nodeCrypto.sha256(image)), sha384: toHex(nodeCrypto.sha384(image)) };
  return {
    floor,
    image: { ...digests, size: image.length },
    manifestDigest: Buffer.alloc(48).toString("base64url"),
    release: `release-${sequence}`,
    sequence,
    storageLocation: "slot",
    version: `1.0.${sequence}`,
  };
}

const source: ContentSource = {
  async *open({ sequence }, from) {
    yield imageOf(sequence).subarray(from);
  },
};

const longer: ContentSource = {
  async *open(wanted, from) {
    yield* source.open(wanted, from);
    yield Uint8Array.of(0);
  },
};

/** A device that runs sequence 100 of a class with this floor, whose slot then rots: what boots is the factory's. */
async function fallenBack(device: BenchDevice, floor: number): Promise<void> {
  await device.install(offer(SEQUENCE, floor), source, START);
  await device.damage(imageOf(SEQUENCE));
  await device.start(START);
  const { counter, release } = device.runs;
  if (release !== "factory" || counter > 2) throw new Error(`${release} boots, the counter is ${counter}`);
}

/** Attacks with what an accepted offer makes the device write. */
export const floorAttacks: readonly Attack[] = [
  {
    name: "floor above the fallback image: it boots nevertheless",
    code: NO_EFFECT,
    threats: ["T16", "T18", "T28"],
    async run() {
      await using honest = await BenchDevice.make();
      await using attacked = await BenchDevice.make();
      const boots = async (device: BenchDevice, floor: number, verdict: string) => {
        const result = await resultOf(() => fallenBack(device, floor));
        return result === "accepted" ? verdict : result;
      };
      return {
        attack: await boots(attacked, SEQUENCE, NO_EFFECT),
        honest: await boots(honest, 0, "accepted"),
      };
    },
  },
  {
    name: "release below the floor, to a device that fell back below it",
    code: "update/below-floor",
    shows: ["S3-12"],
    threats: ["T7"],
    async run() {
      await using device = await BenchDevice.make();
      await fallenBack(device, SEQUENCE);
      const attack = await resultOf(() => device.install(offer(SEQUENCE - 1, SEQUENCE), source, START));
      return { attack, honest: await resultOf(() => device.install(offer(SEQUENCE + 1, SEQUENCE), source, START)) };
    },
  },
  {
    name: "payload longer than its size, to a device",
    code: "update/size",
    shows: ["S4-47"],
    threats: ["T11"],
    async run() {
      await using device = await BenchDevice.make();
      const attack = await resultOf(() => device.install(offer(SEQUENCE, 0), longer, START));
      if (device.runs.release !== "factory") throw new Error("the device runs what it refused");
      return { attack, honest: await resultOf(() => device.install(offer(SEQUENCE, 0), source, START)) };
    },
  },
];
