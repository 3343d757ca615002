/** What a catalogue says about one code: it is compared with docs/ERRORS.md by a test. */
export interface ErrorSpec {
  /** HTTP status of an answer that carries the code. */
  readonly status: number;
  /** Name that source 004's API uses for it (`ERR_…`); absent where the API knows no such name. */
  readonly error?: string;
  /** The rule that was broken, as one sentence. */
  readonly rule: string;
  /** What the reader does next, as one sentence. */
  readonly remedy: string;
}

export type ErrorCatalogue = Readonly<Record<string, ErrorSpec>>;

/**
 * An input, transaction or proof that the protocol does not accept. Anything else that is thrown is a fault
 * of the program and stops it (PROTOCOL E-1).
 */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  /** `ERR_…` name of source 004, `ERR_REFUSED` where it has none. */
  readonly error: string;
  readonly remedy: string;
  override readonly name = "Refusal";

  constructor(code: string, spec: ErrorSpec, detail: string, options?: ErrorOptions) {
    super(detail === "" ? spec.rule : `${spec.rule} ${detail}`, options);
    this.code = code;
    this.status = spec.status;
    this.error = spec.error ?? "ERR_REFUSED";
    this.remedy = spec.remedy;
  }

  /** The HTTP body and `--json` form of a refusal. */
  toJSON(): { error: string; code: string; message: string; remedy: string } {
    return { error: this.error, code: this.code, message: this.message, remedy: this.remedy };
  }
}

/**
 * Makes the refusals of one catalogue.
 *
 * @param catalogue codes `family/what` with their texts, declared beside the code that throws them
 * @returns `refuse(code, detail)`, which builds (does not throw) a {@link Refusal}; `detail` holds the value
 */
export function refusalsOf<const C extends ErrorCatalogue>(
  catalogue: C,
): (code: keyof C & string, detail?: string, options?: ErrorOptions) => Refusal {
  return (code, detail = "", options = undefined) => {
    const spec = catalogue[code];
    if (spec === undefined) throw new TypeError(`no error is declared as ${code}`);
    return new Refusal(code, spec, detail, options);
  };
}

// What a sender chose is never asked to describe itself: `{"toString":1}` would make String() throw.
function textOf(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 80));
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? `a list of ${value.length}` : "an object";
}

/** Shortens a value for a message: at most 80 characters, control characters escaped. */
export function show(value: unknown): string {
  const text = textOf(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

const member = (body: object, name: string): string => {
  const value: unknown = (body as Record<string, unknown>)[name];
  // A terminal would obey control characters of whoever sent this.
  // eslint-disable-next-line no-control-regex -- control characters are what it replaces
  return typeof value === "string" ? value.slice(0, 2000).replace(/[\u0000-\u001f\u007f-\u009f]/g, "?") : "";
};

/**
 * A refusal that came over the network as JSON, raised again with the code, the name and the words of its source.
 * Nothing in it is trusted: a caller decides by codes that it raises itself.
 *
 * @param status HTTP status of the answer
 * @returns `undefined` where the body is no refusal
 */
export function refusalFromJson(status: number, body: unknown): Refusal | undefined {
  if (status < 400 || typeof body !== "object" || body === null || member(body, "code") === "") return undefined;
  const rule = member(body, "message");
  const spec: ErrorSpec = {
    status,
    error: member(body, "error") || "ERR_REFUSED",
    rule,
    remedy: member(body, "remedy"),
  };
  return new Refusal(member(body, "code"), spec, "");
}
