import type { Attack, Result } from "./attack.ts";
import { NO_EFFECT } from "./without-effect.ts";

type Judgement =
  | "refused as expected"
  | "without effect as expected"
  | "accepted"
  | "refused with another code"
  | "honest run refused";

/** One row of the suite's table. */
export interface Row {
  readonly attack: string;
  readonly threats: readonly string[];
  readonly expected: string;
  readonly got: Result;
  readonly honest: Result;
  readonly verdict: Judgement;
  readonly ms: number;
}

function judge(attack: Attack, honest: Result, got: Result): Judgement {
  if (honest !== "accepted") return "honest run refused";
  if (got === "accepted") return "accepted";
  if (got !== attack.code) return "refused with another code";
  return got === NO_EFFECT ? "without effect as expected" : "refused as expected";
}

/** Runs one attack; a fault of the program is thrown on. */
export async function tryAttack(attack: Attack): Promise<Row> {
  const started = performance.now();
  const { attack: got, honest } = await attack.run();
  const { code: expected, name, threats } = attack;
  const ms = Math.round(performance.now() - started);
  return { attack: name, expected, got, honest, ms, threats, verdict: judge(attack, honest, got) };
}

export function isAsExpected({ verdict }: Row): boolean {
  return verdict === "refused as expected" || verdict === "without effect as expected";
}

const COLUMNS = ["attack", "threats", "expected code", "got", "verdict", "ms"] as const;

function cells(row: Row): readonly string[] {
  return [row.attack, row.threats.join(" "), row.expected, row.got, row.verdict, String(row.ms)];
}

/** The rows as a Markdown table with aligned columns. */
export function renderTable(rows: readonly Row[]): string {
  const lines = [COLUMNS, ...rows.map(cells)];
  const widths = COLUMNS.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const render = (line: readonly string[]) => `| ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const [head = "", ...body] = lines.map(render);
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [head, rule, ...body].join("\n");
}
