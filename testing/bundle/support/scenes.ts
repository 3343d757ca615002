import type { Device } from "@firmament/core/bundle";
import type { Signer } from "@firmament/core/keys";
import { cosign, cosigningKey } from "../../attacks/forge/cosign.ts";
import { changeClassPart, classPartOf } from "../../attacks/forge/edit.ts";
import { signedStep } from "../../attacks/forge/trust.ts";
import { type Consortium, newSigner, type ReleaseOptions } from "../../kit/index.ts";
import type { Given } from "./verdicts.ts";

/** A published release that three organisations cosigned, for a device that has nothing installed. */
export async function published(c: Consortium, options: ReleaseOptions = {}): Promise<Given & { release: string }> {
  const { release } = await c.publish(options);
  await c.cosign([0, 1, 2]);
  return { bytes: c.bundle(), device: c.device(), now: c.now, release };
}

/** The newest bundle after a step that everybody saw. */
export async function after(c: Consortium, step: Promise<unknown>): Promise<Uint8Array> {
  await step;
  await c.cosign([0, 1, 2]);
  return c.bundle();
}

/** Enrols a device of class `sensor`. */
export async function enrolled(c: Consortium, groups: readonly string[] = []): Promise<Signer> {
  const signer = await newSigner();
  await c.submit(c.member(0).admin, "device.enrol", { className: "sensor", groups, key: signer.key });
  return signer;
}

/** The bundle with no signature in it that could be left out: trust roots carry their threshold and no more. */
export async function withoutSpares(c: Consortium, bytes: Uint8Array): Promise<Uint8Array> {
  const { trust } = classPartOf(bytes);
  const roots = c.members.slice(0, 3).map(({ root }) => root);
  const steps = await Promise.all(trust.map(({ document }) => signedStep(document, roots)));
  return changeClassPart(bytes, () => ({ trust: steps }));
}

/** The bundle with true cosignatures of these members at another time. */
export async function recosigned(
  c: Consortium,
  bytes: Uint8Array,
  by: readonly number[],
  time = c.now,
): Promise<Uint8Array> {
  const cosignatures = await cosign(
    classPartOf(bytes),
    by.map((i) => cosigningKey(c.member(i))),
    time,
  );
  return changeClassPart(bytes, () => ({ cosignatures }));
}

/** The device with the release of this version installed. */
export function running(device: Device, version: string, sequence: number, release?: string): Device {
  return { ...device, installed: { sequence, version, ...(release === undefined ? {} : { release }) } };
}
