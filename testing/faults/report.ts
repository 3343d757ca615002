import type { Played } from "./play.ts";

function linesOf({ fault, figures, name, notes, reason, seconds, verdict }: Played): readonly string[] {
  const shown = [
    fault,
    ...notes,
    ...Object.entries(figures).map(([figure, value]) => `${figure}: ${value}`),
    ...(reason === "" ? [] : [`${verdict}: ${reason}`]),
  ];
  const head = `${verdict.padEnd(8)} ${name.padEnd(28)} ${`${Math.round(seconds)} s`.padStart(6)}`;
  return [head, ...shown.map((line) => `         ${line.replaceAll("\n", "\n         ")}`)];
}

/** The cases one under the other, and how many held. */
export function renderTable(played: readonly Played[]): string {
  const count = (verdict: Played["verdict"]) => played.filter((each) => each.verdict === verdict).length;
  const total = `${count("held")} of ${played.length} faults held, ${count("failed")} failed, ${count("skipped")} skipped`;
  return [...played.flatMap(linesOf), "", total].join("\n");
}
