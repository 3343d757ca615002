import { type Figure, type Part, ratioOf, verdictOf } from "./figure.ts";

/** Rows of text as an aligned table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const render = (line: readonly string[]) => `| ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [render(head), rule, ...rows.map(render)].join("\n");
}

/** Three significant digits; whole numbers as they are. */
export function numberText(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

function row(figure: Figure): readonly string[] {
  const { bound, floor, unit, value, what } = figure;
  const ratio = ratioOf(figure);
  return [
    what,
    `${numberText(value)} ${unit}`,
    floor === undefined ? "" : `${numberText(floor)} ${unit}`,
    ratio === undefined ? "" : ratio.toFixed(2),
    bound === undefined ? "" : `${bound.kind} ${bound.text}`,
    bound === undefined ? "" : verdictOf(bound),
  ];
}

/** A part with a table of its figures. */
export function renderPart({ figures, notes, title }: Part): string {
  const head = ["figure", "value", "floor", "ratio", "bound", "verdict"];
  return [title, table(head, figures.map(row)), ...notes].join("\n");
}
