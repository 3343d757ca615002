import { auditErrors } from "./errors.ts";

export type AuditCode = keyof typeof auditErrors;

/** One difference between what a copy holds and what it must hold. */
export interface Finding {
  readonly code: AuditCode;
  /** Table and key, or entry, such as `entries idx=5, bytes`. */
  readonly where: string;
  readonly found: string;
  readonly expected: string;
}

/** Says that something is wrong at a place. */
export type Note = (code: AuditCode, where: string, found: string, expected: string) => void;

/** Findings of one code that are kept in full; the others are counted. */
const MAX_KEPT = 20;

const MAX_CHARACTERS = 1000;

/** Gathers findings in the order in which they were met. */
export class Findings {
  readonly #kept: Finding[] = [];
  readonly #counts = new Map<AuditCode, number>();

  readonly note: Note = (code, where, found, expected) => {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count > MAX_KEPT) return;
    this.#kept.push({ code, where: printable(where), found: printable(found), expected: printable(expected) });
  };

  /**
   * Runs one part of an audit. Whatever a damaged copy makes it throw is a finding at `where`: an audit ends with a
   * verdict, never with a crash.
   */
  guard(code: AuditCode, where: string, part: () => void): void {
    try {
      part();
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      this.note(isSqlite(cause) ? "audit/database" : code, where, message, "readable");
    }
  }

  get list(): readonly Finding[] {
    return this.#kept;
  }

  /** How many there are of each code, those that were not kept too. */
  get counts(): ReadonlyMap<AuditCode, number> {
    return this.#counts;
  }
}

// The copy chose part of these texts: it must not write a verdict, or a terminal's commands, of its own.
function printable(text: string): string {
  const start = text.slice(0, MAX_CHARACTERS);
  const plain = start.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\ufffd");
  return text.length > MAX_CHARACTERS ? `${plain}…` : plain;
}

function isSqlite(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ERR_SQLITE_ERROR";
}

/** What a reader of the finding does next. */
export function remedyOf(code: AuditCode): string {
  return auditErrors[code].remedy;
}
