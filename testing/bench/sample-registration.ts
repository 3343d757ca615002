import { fromUtf8, toBase64url, utf8 } from "@firmament/core/bytes";
import type { Write } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { type BlockFold, blocksFrom, Replica } from "@firmament/replica";
import type { Consortium } from "../kit/index.ts";
import { recorder, repeat } from "./floor.ts";
import { median, timed } from "./statistics.ts";

export type Accepted = Parameters<BlockFold["append"]>[0];

/** A registration as the rules accepted it: what the fold is given after all checks. */
export interface SampleRegistration {
  readonly accepted: Accepted;
  /** How many signatures the rules verify before they accept it. */
  readonly signatures: number;
  /** What these take bare, milliseconds. */
  readonly signatureMs: number;
}

const ROUNDS = 50;

/** A digest in the spelling of ids. */
export const idOf = (name: string): string => toBase64url(nodeCrypto.sha256(utf8(name)));

async function transactionOf(c: Consortium): Promise<Uint8Array> {
  const { author, manifest, payloadSignature, signature } = await c.prepare();
  const body = { author, grant: await c.grant(), manifest: fromUtf8(manifest), payloadSignature, signature };
  return c.transaction(c.member(0).author, "release.register", body);
}

/** Has one release registered by the real rules, and keeps what they give to the fold. */
export async function sampleRegistration(c: Consortium): Promise<SampleRegistration> {
  const bytes = await transactionOf(c);
  const { port, signatures } = recorder(nodeCrypto);
  using replica = Replica.open(":memory:", port, c.genesisFile);
  for (const block of blocksFrom(c.replica.database, 1, c.size)) replica.apply(block);
  const before = signatures.length;
  const taken: Accepted[] = [];
  const fold = replica.begin(c.now);
  const record = fold.append.bind(fold);
  fold.append = (accepted) => {
    taken.push(accepted);
    return record(accepted);
  };
  fold.execute(bytes);
  const [accepted] = taken;
  if (accepted === undefined) throw new Error("the rules gave no registration to the fold");
  const calls = signatures.slice(before);
  const signatureMs = median(Array.from({ length: ROUNDS }, () => timed(() => repeat(calls))));
  return { accepted, signatureMs, signatures: calls.length };
}

const OWN_KEYS = ["manifest", "release", "version"];

function otherKey({ key, value }: Write, name: string): Write {
  const [table = "", ...parts] = key;
  return OWN_KEYS.includes(table)
    ? { key: [table, ...parts.slice(0, -1), idOf(`${table} ${name}`)], value }
    : { key, value };
}

/** The same registration of another release: of equal size, under other ids. */
export function another({ writes, ...accepted }: Accepted, name: string): Accepted {
  return { ...accepted, id: idOf(name), writes: writes.map((each) => otherKey(each, name)) };
}
