import { type Device, type Verdict, verifyBundle } from "@firmament/core/bundle";
import { Refusal } from "@firmament/core/errors";
import type { ClassPolicy } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { Consortium, type FoundingOptions } from "../kit/index.ts";

/** What became of one run: the code of its refusal, or `accepted`. */
export type Result = string;

/** An honest run and the same run with one mutation. */
export interface Outcome {
  readonly honest: Result;
  readonly attack: Result;
}

/** One attack of the suite. */
export interface Attack {
  readonly name: string;
  /** Rows of the threat catalogue that it stands for, T1 … T30. */
  readonly threats: readonly string[];
  /** Requirement ids that its refusal shows. */
  readonly shows?: readonly string[];
  /** The refusal that must answer it. */
  readonly code: string;
  run(): Promise<Outcome>;
}

/** What is known of an attack before its run is made. */
export type Description = Omit<Attack, "run">;

/** What a device is given and brings to its decision. */
export interface Scene {
  readonly c: Consortium;
  readonly bytes: Uint8Array;
  readonly device: Device;
  readonly now: number;
  readonly wanted?: string;
  /** Another bundle that the attacker has kept. */
  readonly kept?: Uint8Array;
}

type Ready = FoundingOptions & { readonly policy2?: Partial<ClassPolicy> };
export type Change = Partial<Omit<Scene, "c">>;

export interface BundleAttack extends Description {
  readonly ready?: Ready;
  /** Builds the honest run; a published release, cosigned by three, unless told otherwise. */
  readonly scene?: (c: Consortium) => Promise<Change>;
  /** The one mutation. */
  readonly attack: (scene: Scene) => Change | Promise<Change>;
}

export interface LedgerAttack<T> extends Description {
  readonly ready?: Ready;
  /** What stands on the ledger before both runs. */
  readonly prepare: (c: Consortium) => Promise<T>;
  readonly attack: (c: Consortium, prepared: T) => Promise<unknown>;
  /** The same step without the mutation, on the same ledger. */
  readonly honest: (c: Consortium, prepared: T) => Promise<unknown>;
}

/** @throws what is no Refusal: a fault is no verdict */
export async function resultOf(run: () => unknown): Promise<Result> {
  try {
    await run();
    return "accepted";
  } catch (cause) {
    if (cause instanceof Refusal) return cause.code;
    throw cause;
  }
}

export function verify({ bytes, device, now, wanted }: Omit<Scene, "c" | "kept">): Verdict {
  return verifyBundle(bytes, { crypto: nodeCrypto, device, now, ...(wanted === undefined ? {} : { wanted }) });
}

function decided(scene: Scene): void {
  const { decision } = verify(scene);
  if (decision.action === "refuse") throw decision.refusal;
  if (decision.action === "current") throw new TypeError("the device has nothing to decide");
}

/** The device after it accepted a bundle and stored what it saw. */
export function seenBy(device: Device, bytes: Uint8Array, now: number): Device {
  return { ...device, ...verify({ bytes, device, now }).next };
}

/** A published release of class `sensor` that three organisations cosigned, and a device without firmware. */
export async function published(c: Consortium): Promise<Change> {
  await c.publish();
  await c.cosign([0, 1, 2]);
  return {};
}

/** An attack on what a device accepts: the honest bundle must install, the mutated one must not. */
export function onBundle({ attack, ready, scene = published, ...description }: BundleAttack): Attack {
  return {
    ...description,
    async run() {
      using c = await Consortium.ready(ready);
      const built = await scene(c);
      const honest: Scene = { bytes: built.bytes ?? c.bundle(), c, device: c.device(), now: c.now, ...built };
      const before = await resultOf(() => decided(honest));
      const mutated = { ...honest, ...(await attack(honest)) };
      return { attack: await resultOf(() => decided(mutated)), honest: before };
    },
  };
}

/** An attack on the state machine: it must write nothing, and the honest step must still be possible after it. */
export function onLedger<T>({ attack, honest, prepare, ready, ...description }: LedgerAttack<T>): Attack {
  return {
    ...description,
    async run() {
      using c = await Consortium.ready(ready);
      const prepared = await prepare(c);
      const { size } = c;
      const attacked = await resultOf(() => attack(c, prepared));
      if (attacked !== "accepted" && c.size !== size) throw new Error("a refused transaction wrote an entry");
      return { attack: attacked, honest: await resultOf(() => honest(c, prepared)) };
    },
  };
}
