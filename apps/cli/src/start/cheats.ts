import { type Bundle, decodeBundle, type Device, encodeBundle, verifyBundle } from "@firmament/core/bundle";
import { Refusal } from "@firmament/core/errors";
import { nodeCrypto } from "@firmament/crypto";

/** An attempt to cheat the device, and what became of it. */
export interface Cheat {
  readonly name: string;
  /** Code of the refusal; `ACCEPTED` would be the end of the product. */
  readonly code: string;
}

/** What the cheats are made of: an honest bundle of before and one of now, both really cosigned. */
export interface CheatMaterial {
  readonly before: Uint8Array;
  readonly now: Uint8Array;
  readonly device: Device;
  /** The release that `now` no longer has. */
  readonly revoked: string;
  /** Seconds since 1970. */
  readonly time: number;
}

function attempt(name: string, bytes: Uint8Array, { device, time }: CheatMaterial, wanted?: string): Cheat {
  try {
    const judged = wanted === undefined ? {} : { wanted };
    const { decision } = verifyBundle(bytes, { crypto: nodeCrypto, device, now: time, ...judged });
    return { name, code: decision.action === "refuse" ? decision.refusal.code : "ACCEPTED" };
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return { name, code: cause.code };
  }
}

function changed(bundle: Bundle, part: Partial<Bundle["classPart"]>): Uint8Array {
  return encodeBundle({ ...bundle, classPart: { ...bundle.classPart, ...part } });
}

/** Tries to make the device install what it must not; each attempt is one change of an honest bundle. */
export function cheat(material: CheatMaterial): readonly Cheat[] {
  const [before, now] = [decodeBundle(material.before), decodeBundle(material.now)];
  const { authors, entry, head, inclusion, policy, proof, releases } = before.classPart;
  const oldProof = { authors, entry, head, inclusion, policy, proof, releases };
  const altered = Uint8Array.from(material.before);
  const middle = Math.floor(altered.length / 2);
  altered[middle] = (altered[middle] ?? 0) ^ 1;
  return [
    attempt("an old proof under the new checkpoint", changed(now, oldProof), material),
    attempt(
      "one cosignature less than the quorum",
      changed(before, { cosignatures: before.classPart.cosignatures.slice(1) }),
      material,
    ),
    attempt(`byte ${middle} of ${altered.length} altered`, altered, material),
    attempt("the revoked release, still at hand", material.now, material, material.revoked),
  ];
}
