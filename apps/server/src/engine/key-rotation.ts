import { existsSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { fromBase64url, toBase64 } from "@firmament/core/bytes";
import { Refusal } from "@firmament/core/errors";
import type { EngineNode, Validators } from "@firmament/core/registry";
import { syncFolder } from "../durable-file.ts";
import { engineKeyFile, type EngineKeyName, upcomingEngineKeys } from "./keys.ts";

type Member = Validators["members"][number];

/** Whether a key is the one that the ledger has of an organisation. */
export function isDeclared(name: EngineKeyName, keys: EngineNode, member: Member): boolean {
  return name === "peer" ? member.peer === keys.peer : member.key === keys.validator.x;
}

export interface KeyRotationParts {
  /** Home of the engine. */
  readonly folder: string;
  /** The organisation as the ledger's validators have it; absent where it is none of them. */
  readonly member: () => Member | undefined;
  /** Consensus keys, base64, of those who vote on the next block of the running engine. @throws Refusal `engine/answer` */
  readonly voters: () => Promise<readonly string[]>;
}

/**
 * Brings the next keys of an engine into use: the peer key as soon as the ledger names it, the consensus key as soon as
 * the engine itself counts its votes. The block after the one that names it still takes the old key's vote, which the
 * others may need.
 */
export class KeyRotation {
  readonly #parts: KeyRotationParts;
  #voters: readonly string[] = [];

  constructor(parts: KeyRotationParts) {
    this.#parts = parts;
  }

  /** Asks the engine, and says whether a key waits for the pair to be started again. @throws Refusal `engine/keys` */
  async isDue(): Promise<boolean> {
    if (this.#waiting().includes("validator")) await this.#ask();
    return this.#due().length > 0;
  }

  /**
   * Puts the keys whose time has come into the place of the present ones, which are lost with that. No engine may run on
   * them.
   *
   * @returns which keys changed
   * @throws Refusal `engine/keys`
   */
  install(): readonly EngineKeyName[] {
    const due = this.#due();
    for (const name of due) {
      const path = engineKeyFile(this.#parts.folder, name);
      renameSync(engineKeyFile(this.#parts.folder, name, "next"), path);
      syncFolder(dirname(path));
    }
    return due;
  }

  // What an engine has said stays true while it is away: between two lives of it the key is put into place.
  async #ask(): Promise<void> {
    try {
      this.#voters = await this.#parts.voters();
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
    }
  }

  #waiting(): readonly EngineKeyName[] {
    return (["peer", "validator"] as const).filter((name) =>
      existsSync(engineKeyFile(this.#parts.folder, name, "next")),
    );
  }

  #due(): readonly EngineKeyName[] {
    const waiting = this.#waiting();
    const member = waiting.length === 0 ? undefined : this.#parts.member();
    if (member === undefined) return [];
    const next = upcomingEngineKeys(this.#parts.folder);
    const votes = this.#voters.includes(toBase64(fromBase64url(next.validator.x)));
    return waiting.filter((name) => isDeclared(name, next, member) && (name === "peer" || votes));
  }
}
