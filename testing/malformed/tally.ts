import assert from "node:assert/strict";
import { Refusal } from "@firmament/core/errors";
import type { MalformedCase } from "./byte-cases.ts";
import type { Decoder } from "./decoder.ts";

/** What became of a decoder's cases. */
interface Count {
  readonly codes: Map<string, number>;
  cases: number;
  accepted: number;
}

/** Counts the cases that really ran, by decoder. */
export class Tally {
  readonly #counts = new Map<string, Count>();

  /** Notes what a case came to: the code of its refusal, or `undefined` where it was accepted. */
  note(name: string, code: string | undefined): void {
    const count = this.#counts.get(name) ?? { accepted: 0, cases: 0, codes: new Map<string, number>() };
    this.#counts.set(name, count);
    count.cases++;
    if (code === undefined) count.accepted++;
    else count.codes.set(code, (count.codes.get(code) ?? 0) + 1);
  }

  get total(): number {
    return this.#sum(({ cases }) => cases);
  }

  get accepted(): number {
    return this.#sum(({ accepted }) => accepted);
  }

  #sum(of: (count: Count) => number): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + of(count), 0);
  }

  /** A line for each name. */
  lines(): string[] {
    return [...this.#counts].map(([name, { accepted, cases, codes }]) => {
      const refused = [...codes].sort(([, a], [, b]) => b - a).slice(0, 4);
      const listed = refused.map(([code, count]) => `${code} ${count}`).join(", ");
      return `${name}: ${cases} cases, ${accepted} in the one right spelling; ${listed}`;
    });
  }
}

/** The code of what was thrown; fails for whatever is no refusal with a code and a short message. */
export function codeOf(error: unknown, told: string): string {
  if (!(error instanceof Refusal)) throw new assert.AssertionError({ message: `${told}: no refusal`, actual: error });
  assert.match(error.code, /^[a-z0-9-]+\/[a-z0-9-]+$/, told);
  assert.ok(error.message.length < 2000, `${told}: the message repeats its input`);
  return error.code;
}

/** Feeds one case to a decoder: it is refused with a code, or is the one spelling of what was read. */
export async function run(tally: Tally, decoder: Decoder, { bytes, change }: MalformedCase): Promise<void> {
  const told = `${decoder.name}, ${change}`;
  let value: unknown;
  try {
    value = await decoder.decode(bytes);
  } catch (error) {
    tally.note(decoder.name, codeOf(error, told));
    return;
  }
  try {
    decoder.accepted(value, bytes);
  } catch (cause) {
    throw new Error(told, { cause });
  }
  tally.note(decoder.name, undefined);
}
