import type { Multipart, MultipartFile } from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import { refusalOf } from "./error-handler.ts";
import { refuse } from "./errors.ts";
import type { HttpLimits } from "./limits.ts";

/** Members of a form: fields in any order, then at most one file. */
export interface FormRule<F extends string> {
  readonly fields: readonly F[];
  readonly file: string;
}

export interface Form<F extends string> {
  /** Text, or a JSON value where the part said so. */
  readonly fields: Readonly<Record<F, unknown>>;
  /** The file's bytes while they arrive; whoever reads them to the end knows that nothing stood behind them. */
  readonly payload: AsyncIterable<Uint8Array> | undefined;
}

type Parts = AsyncIterator<Multipart>;

// The parser throws plain errors for a form that breaks its grammar; nothing else runs there.
async function fromParser<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const refusal = refusalOf(cause);
    throw refusal.code === "http/fault" ? refuse("http/form", "It is no multipart form.", { cause }) : refusal;
  }
}

async function* bytesOf(part: MultipartFile, parts: Parts): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = part.file[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await fromParser(chunks.next());
      if (next.done === true) break;
      yield next.value;
    }
  } finally {
    await chunks.return?.();
  }
  const after = await fromParser(parts.next());
  if (after.done !== true) throw refuse("http/keys", `${after.value.fieldname} stands behind the file.`);
}

function requireNew(rule: FormRule<string>, seen: Readonly<Record<string, unknown>>, part: Multipart): void {
  const known = part.type === "file" ? part.fieldname === rule.file : rule.fields.includes(part.fieldname);
  if (!known || Object.hasOwn(seen, part.fieldname)) {
    throw refuse("http/keys", `Needed: ${[...rule.fields, rule.file].join(", ")}.`);
  }
  if (part.type === "field" && part.valueTruncated) throw refuse("http/too-large", `${part.fieldname} is too long.`);
}

function requireFields<F extends string>(
  rule: FormRule<F>,
  seen: Readonly<Record<string, unknown>>,
): Readonly<Record<F, unknown>> {
  if (rule.fields.some((name) => !Object.hasOwn(seen, name))) {
    throw refuse("http/keys", `Needed: ${rule.fields.join(", ")}, then the file ${rule.file}.`);
  }
  return seen;
}

/**
 * Reads a multipart form up to its file. Fields are held in memory, bounded; the file is handed on as it arrives.
 *
 * @throws Refusal `http/keys`, `http/too-large`, `http/cut`, `http/form`, `http/media-type`
 */
export async function readForm<const F extends string>(
  request: FastifyRequest,
  limits: HttpLimits,
  rule: FormRule<F>,
): Promise<Form<F>> {
  const most = { fields: rule.fields.length + 1, files: 1, parts: rule.fields.length + 2 };
  const bounds = { ...most, fieldSize: limits.maxFieldBytes, fileSize: limits.maxPayloadBytes };
  const parts: Parts = request.parts({ limits: bounds });
  const fields: Record<string, unknown> = {};
  for (;;) {
    const next = await fromParser(parts.next());
    if (next.done === true) return { fields: requireFields(rule, fields), payload: undefined };
    requireNew(rule, fields, next.value);
    if (next.value.type === "file") return { fields: requireFields(rule, fields), payload: bytesOf(next.value, parts) };
    fields[next.value.fieldname] = next.value.value;
  }
}
