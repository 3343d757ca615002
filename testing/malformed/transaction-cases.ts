import { fromBase64url, fromUtf8, toBase64url, utf8 } from "@firmament/core/bytes";
import type { Signer } from "@firmament/core/keys";
import { signingInput } from "@firmament/core/jws";
import type { TestOrganisation } from "../kit/index.ts";
import { bitFlips, type MalformedCase, rearrangements, truncations } from "./byte-cases.ts";
import { nested, spellingCases, treeCases } from "./json-cases.ts";
import { Members, membersOf, placesOf, Raw, replaced, write } from "./json-text.ts";
import { randomFor, sampleOf } from "./random.ts";

interface Envelope {
  readonly payload: string;
  readonly protected: string;
  readonly signature: string;
}

const PARTS = ["payload", "protected", "signature"] as const;

const inner = (text: string): unknown => JSON.parse(fromUtf8(fromBase64url(text)));

function sealed(change: string, envelope: Envelope): MalformedCase {
  return { change, bytes: utf8(write(envelope)) };
}

/** Changes of the envelope, and of the bytes in each of its parts; the signature stays what it was. */
export function* unsigned(type: string, bytes: Uint8Array): Generator<MalformedCase> {
  const random = randomFor(`unsigned ${type}`);
  const envelope = JSON.parse(fromUtf8(bytes)) as Envelope;
  yield* sampleOf(random, [...treeCases(random, envelope, 3), ...spellingCases(random, envelope)], 60);
  for (const part of PARTS) {
    const honest = fromBase64url(envelope[part]);
    const isJson = part !== "signature";
    const cases = [
      ...truncations(honest),
      ...bitFlips(random, honest, 64),
      ...rearrangements(random, honest),
      ...(isJson ? treeCases(random, inner(envelope[part]), 16) : []),
      ...(isJson ? spellingCases(random, inner(envelope[part])) : []),
    ];
    for (const { bytes: altered, change } of sampleOf(random, cases, 70))
      yield sealed(`${part}: ${change}`, { ...envelope, [part]: toBase64url(altered) });
    yield sealed(`${part}: padded`, { ...envelope, [part]: `${envelope[part]}=` });
    yield sealed(`${part}: empty`, { ...envelope, [part]: "" });
  }
}

/** Members that a body may lack. */
const OPTIONAL = ["floor", "organisations", "rollout", "safeState", "targeted", "windows"];

// What has the wrong type, or no type at all, for whatever stands there.
function misfits(value: unknown): readonly (readonly [string, unknown])[] {
  const numbers = [-1, 0.5, new Raw("-0"), new Raw("1.0"), new Raw("1e400"), new Raw("9007199254740992")];
  const common: readonly unknown[] = [
    null,
    {},
    { toString: 1, valueOf: 1 },
    new Raw(nested(64)),
    new Raw('"\\ud800"'),
    ...numbers,
  ];
  const long = ["a", "é"].map((letter) => letter.repeat(20_000));
  const others = typeof value === "string" ? [7, [value], ...long] : ["x", "", ...long];
  const lists = Array.isArray(value) ? [[...(value as readonly unknown[]), value[0] ?? null]] : [[]];
  return [...common, ...others, ...lists].map((strange, i) => [`misfit ${i}`, strange]);
}

function* memberMisfits(value: unknown): Generator<readonly [string, unknown]> {
  const members = membersOf(value);
  for (const [name] of members)
    if (!OPTIONAL.includes(name)) yield [`without ${name}`, new Members(members.filter(([each]) => each !== name))];
  if (typeof value !== "object" || Array.isArray(value)) return;
  for (const name of ["__proto__", "constructor", "zzz"]) {
    const sorted = [...members, [name, 1] as const].sort(([a], [b]) => (a < b ? -1 : 1));
    yield [`with ${name}`, new Members(sorted)];
  }
}

function signerOf(members: readonly TestOrganisation[], { protected: head }: Envelope): Signer {
  const { kid } = inner(head) as { readonly kid: string };
  const signers = members.flatMap(({ admin, approver, author, node, registerAgent }) => {
    return [admin, approver, author, node, registerAgent];
  });
  const found = signers.find((signer) => signer.kid === kid);
  if (found === undefined) throw new Error(`nobody has the key ${kid}`);
  return found;
}

/** Changes of the payload's members one by one, signed by whoever signed the honest transaction. */
export async function resigned(
  type: string,
  bytes: Uint8Array,
  members: readonly TestOrganisation[],
): Promise<readonly MalformedCase[]> {
  const random = randomFor(`resigned ${type}`);
  const envelope = JSON.parse(fromUtf8(bytes)) as Envelope;
  const signer = signerOf(members, envelope);
  const payload = inner(envelope.payload);
  const cases = [...placesOf(payload)].flatMap(({ path, value }) =>
    [...misfits(value), ...memberMisfits(value)].map(([change, strange]) => ({
      change: `$.${path.join(".")}: ${change}, signed`,
      payload: toBase64url(utf8(write(replaced(payload, path, strange)))),
    })),
  );
  return Promise.all(
    sampleOf(random, cases, 120).map(async ({ change, payload: altered }) => {
      const signature = toBase64url(await signer.sign(signingInput(envelope.protected, altered)));
      return sealed(change, { ...envelope, payload: altered, signature });
    }),
  );
}
