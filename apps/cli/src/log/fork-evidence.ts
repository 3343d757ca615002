import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { verifyTwoHistories } from "@firmament/core/evidence";
import { decodeTrustRoot } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { proveTwoHistories, trustChain } from "@firmament/replica";
import type { DatabaseSync } from "node:sqlite";
import type { Copy } from "./copies.ts";
import { noteAt } from "./note.ts";

function cosignedAfter({ database, report }: Copy, index: number): readonly number[] {
  const sql = "SELECT DISTINCT size FROM cosignatures WHERE size > ? AND size <= ? ORDER BY size";
  return database
    .prepare(sql)
    .all(index, report.size)
    .map((row) => Number(row["size"]));
}

interface Half {
  readonly database: DatabaseSync;
  readonly size: number;
}

function encode(ledger: string, first: Half, second: Half): Uint8Array {
  const note = noteAt(first.database, ledger, first.size);
  return proveTwoHistories(second.database, { crypto: nodeCrypto, ledger }, { note, size: first.size }, second.size);
}

function proofBetween(mine: Copy, other: Copy, index: number): Uint8Array | undefined {
  const ledger = mine.report.ledger ?? "";
  const [a, b] = [cosignedAfter(mine, index), cosignedAfter(other, index)];
  const [a0, a1, b0, b1] = [a.at(0), a.at(-1), b.at(0), b.at(-1)];
  if (a0 === undefined || a1 === undefined || b0 === undefined || b1 === undefined) return undefined;
  const half = ({ database }: Copy, size: number): Half => ({ database, size });
  return a0 <= b1 ? encode(ledger, half(mine, a0), half(other, b1)) : encode(ledger, half(other, b0), half(mine, a1));
}

/**
 * A portable proof that two copies hold two histories (PROTOCOL O-10), where both keep cosignatures of sizes after
 * the first difference. A copy that is damaged besides gives none: it is checked before it is given out.
 */
export function proofOfFork(mine: Copy, other: Copy, index: number): Uint8Array | undefined {
  try {
    const proof = proofBetween(mine, other, index);
    const [first] = trustChain(mine.database, 1);
    if (proof === undefined || first === undefined) return undefined;
    const { digest } = decodeTrustRoot(nodeCrypto, first.document);
    verifyTwoHistories(nodeCrypto, proof, { digest, version: 1 });
    return proof;
  } catch {
    // A damaged copy can make any reader of it throw; what is wrong with it is among its findings.
    return undefined;
  }
}

/** Writes a proof into a folder. @returns its path */
export async function keepProof(folder: string, index: number, proof: Uint8Array): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `two-histories-${index}.json`);
  await writeFile(path, proof);
  return path;
}
