import { AREA, colourOf, decadesOf, document, grid, legend, logarithmicScale, type Place, text } from "./drawing.ts";

/** Values in the order in which they were measured, and what they are compared with. */
export interface RunSeries {
  readonly name: string;
  readonly values: readonly number[];
  readonly reference?: number | undefined;
}

export interface RunsChart {
  readonly title: string;
  readonly y: string;
  readonly series: readonly RunSeries[];
}

function drawSeries({ reference, values }: RunSeries, i: number, x: (run: number) => number, y: Place): string {
  const colour = colourOf(i);
  const points = values.map((value, run) => `${x(run).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const drawn = `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
  if (reference === undefined) return drawn;
  const at = y(reference).toFixed(1);
  const ends = `x1="${AREA.left}" x2="${AREA.width - AREA.right}" y1="${at}" y2="${at}"`;
  return `${drawn}<line ${ends} stroke="${colour}" stroke-dasharray="5 4"/>`;
}

/** Draws each run of several series, values on a logarithmic axis; references are dashed. */
export function drawRuns({ series, title, y }: RunsChart): string {
  const values = series.flatMap((each) => [...each.values, ...(each.reference === undefined ? [] : [each.reference])]);
  const decades = decadesOf(values);
  const place = logarithmicScale(decades);
  const last = Math.max(1, ...series.map(({ values }) => values.length - 1));
  const x = (run: number) => AREA.left + (run / last) * (AREA.width - AREA.left - AREA.right);
  const marks = [0, last].map((run) =>
    text(x(run), AREA.height - AREA.bottom + 16, String(run + 1), 'text-anchor="middle"'),
  );
  const lines = series.map((each, i) => drawSeries(each, i, x, place));
  const names = legend(series.map(({ name }) => name));
  return document(title, ["request", y], [...grid(decades, place), ...marks, ...lines, ...names]);
}
