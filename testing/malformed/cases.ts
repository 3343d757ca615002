import { fromUtf8 } from "@firmament/core/bytes";
import { bitFlips, type MalformedCase, rearrangements, truncations } from "./byte-cases.ts";
import { cborCases, costlyItems } from "./cbor-cases.ts";
import type { Decoder } from "./decoder.ts";
import { costlyDocuments, spellingCases, treeCases } from "./json-cases.ts";
import { type Random, randomFor, sampleOf } from "./random.ts";

/** Cuts, bits and places of one sample that are tried. */
const MOST = 400;
const PLACES = 24;

function isJson({ bytes }: MalformedCase): boolean {
  try {
    JSON.parse(fromUtf8(bytes));
    return true;
  } catch {
    return false;
  }
}

function* byteCases(random: Random, sample: Uint8Array): Generator<MalformedCase> {
  yield* sampleOf(random, [...truncations(sample)], MOST);
  yield* bitFlips(random, sample, MOST);
  yield* rearrangements(random, sample);
}

function* changesOf({ form }: Decoder, random: Random, sample: Uint8Array): Generator<MalformedCase> {
  const tree: unknown = form === "json" || form === "value" ? JSON.parse(fromUtf8(sample)) : undefined;
  if (form === "value") {
    yield* [...treeCases(random, tree, PLACES)].filter(isJson);
    return;
  }
  if (form === "json") {
    yield* treeCases(random, tree, PLACES);
    yield* spellingCases(random, tree);
  }
  if (form === "cbor") yield* cborCases(random, sample, PLACES);
  yield* byteCases(random, sample);
}

/** The malformed inputs of a decoder, always the same ones. */
export function* casesFor(decoder: Decoder): Generator<MalformedCase> {
  const random = randomFor(decoder.name);
  for (const sample of decoder.samples) {
    const cases = [...changesOf(decoder, random, sample)];
    yield* sampleOf(random, cases, decoder.most ?? cases.length);
  }
}

/** Inputs that are made to exhaust whoever reads them. */
export function costlyCasesFor({ form, samples: [sample] }: Decoder): readonly MalformedCase[] {
  const isTree = form === "json" || form === "value";
  const documents = [...costlyDocuments(isTree && sample !== undefined ? JSON.parse(fromUtf8(sample)) : {})];
  return form === "value" ? documents.filter(isJson) : [...costlyItems(), ...documents];
}
