import type { DatabaseSync } from "node:sqlite";
import { fromBase64, fromUtf8 } from "@firmament/core/bytes";
import { type ClassPart, encodeBundle } from "@firmament/core/bundle";
import { Refusal, refusalsOf } from "@firmament/core/errors";
import type { Crypto } from "@firmament/core/keys";
import type { Manifest } from "@firmament/core/manifest";
import { type Release, releaseErrors, tables } from "@firmament/core/registry";
import { BundleBuilder, checkpointNote, currentRecord, inSnapshot } from "@firmament/replica";
import { ClassParts } from "./class-parts.ts";
import { refuse } from "./errors.ts";
import { type RetrievalLimits, retrievalLimits } from "./limits.ts";
import { type DeviceID, newestRelease, type OfferedRelease } from "./live-release.ts";
import type { StoredContentReader } from "./ports.ts";

/** What a retrieval agent works with: its organisation's own replica and store, and no ledger (S0-27). */
export interface RetrievalParts {
  /** The node's replica, opened for reading. */
  readonly database: DatabaseSync;
  readonly ledgerId: string;
  readonly crypto: Crypto;
  readonly content: StoredContentReader;
  readonly limits?: Partial<RetrievalLimits>;
}

/** Bytes on their way to a device; `size` in bytes. */
export interface Payload {
  readonly size: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** A bundle and the size of the checkpoint that it was made at; no bytes where the asker knows that size already. */
export interface ServedBundle {
  readonly size: number;
  readonly bytes: Uint8Array | undefined;
}

export interface BundleRequest {
  readonly className: string;
  /** Id of a device whose own record goes into the bundle, where the class demands it. */
  readonly device?: string;
  /** Size of the checkpoint that the device saw last, for a consistency proof. */
  readonly from?: number;
  /** Size of the checkpoint whose bundle the asker has. */
  readonly known?: number;
}

const refuseRelease = refusalsOf(releaseErrors);

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Tells devices and people what the organisation's replica holds, and hands out content from its store. */
export class RetrievalService {
  readonly #parts: RetrievalParts;
  readonly #builder: BundleBuilder;
  readonly #classParts: ClassParts;

  constructor(parts: RetrievalParts) {
    this.#parts = parts;
    this.#builder = new BundleBuilder(parts.database, parts.crypto, parts.ledgerId);
    this.#classParts = new ClassParts({ ...retrievalLimits, ...parts.limits }.maxClassParts);
  }

  /** @throws Refusal `retrieval-agent/no-update` */
  newest(device: DeviceID): OfferedRelease {
    const { crypto, database } = this.#parts;
    const found = inSnapshot(database, () => newestRelease(database, crypto, device));
    if (found === undefined) throw refuse("retrieval-agent/no-update", `${device.className} by ${device.author}.`);
    return found;
  }

  /**
   * The stored bytes of the newest release.
   *
   * @throws Refusal `retrieval-agent/no-update`, `retrieval-agent/content-unavailable`
   */
  async payload(device: DeviceID, signal: AbortSignal): Promise<Payload> {
    const { manifest } = this.newest(device);
    if (manifest.stored !== undefined) return this.#storedPayload(manifest.stored, signal);
    const inline = fromBase64(manifest.payload ?? "");
    return { bytes: once(inline), size: inline.length };
  }

  /**
   * A bundle at the newest checkpoint with a quorum.
   *
   * @throws Refusal `retrieval-agent/not-ready`, `replica/no-quorum`, `replica/class-unknown`
   */
  bundle(request: BundleRequest): ServedBundle {
    return inSnapshot(this.#parts.database, () => {
      const size = this.#newestSize(request.className);
      return { bytes: request.known === size ? undefined : this.#encode(size, request), size };
    });
  }

  /** @throws Refusal `release/unknown` */
  release(id: string): Release {
    const found = currentRecord(this.#parts.database, tables.release, id);
    if (found === undefined) throw refuseRelease("release/unknown", id);
    return found;
  }

  /**
   * The newest checkpoint with a quorum as a C2SP note, with every cosignature that the replica keeps.
   *
   * @throws Refusal `retrieval-agent/not-ready`
   */
  checkpoint(): string {
    const { crypto, database, ledgerId } = this.#parts;
    return inSnapshot(database, () => {
      const note = checkpointNote(database, crypto, ledgerId, this.#newestSize());
      if (note === undefined) throw refuse("retrieval-agent/not-ready");
      return fromUtf8(note);
    });
  }

  // A class may want more cosignatures than the trust root. @throws Refusal `retrieval-agent/not-ready`
  #newestSize(className?: string): number {
    const size = this.#builder.newestSize(className);
    if (size === undefined) throw refuse("retrieval-agent/not-ready");
    return size;
  }

  #encode(size: number, { className, device, from }: BundleRequest): Uint8Array {
    const make = () => this.#builder.classPart(className, from === undefined ? [] : [from]);
    const classPart: ClassPart = this.#classParts.get(`${className}@${size}?from=${from ?? ""}`, make);
    const devicePart = device === undefined ? undefined : this.#builder.devicePart(classPart, device);
    return encodeBundle({ classPart, devicePart });
  }

  async #storedPayload({ cid, size }: NonNullable<Manifest["stored"]>, signal: AbortSignal): Promise<Payload> {
    const { content } = this.#parts;
    if ((await this.#available(() => content.stat(cid))) === undefined) {
      throw refuse("retrieval-agent/content-unavailable", `${cid} is not stored here.`);
    }
    return { bytes: content.get(cid, { signal }), size };
  }

  async #available<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (cause) {
      if (cause instanceof Refusal) throw cause;
      throw refuse("retrieval-agent/content-unavailable", "", { cause });
    }
  }
}
