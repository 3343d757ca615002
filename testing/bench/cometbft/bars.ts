import { numberText } from "../table.ts";
import { AREA, colourOf, document, grid, legend, linearScale, type Place, roundUp, text } from "./drawing.ts";

/** One bar: its steps stand on each other, in the order of their names. */
export interface Bar {
  readonly name: string;
  readonly steps: readonly number[];
}

/** Bars that are compared with each other. */
export interface BarGroup {
  readonly name: string;
  readonly bars: readonly Bar[];
}

export interface BarChart {
  readonly title: string;
  readonly y: string;
  readonly steps: readonly string[];
  readonly groups: readonly BarGroup[];
}

const FILLED = 0.8;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function drawBar({ name, steps }: Bar, x: number, width: number, place: Place): string {
  let below = 0;
  const rects = steps.map((value, i) => {
    const [bottom, top] = [place(below), place(below + value)];
    below += value;
    const size = `width="${width.toFixed(1)}" height="${(bottom - top).toFixed(1)}"`;
    return `<rect x="${x.toFixed(1)}" y="${top.toFixed(1)}" ${size} fill="${colourOf(i)}"/>`;
  });
  const middle = x + width / 2;
  return [
    ...rects,
    text(middle, place(below) - 5, numberText(Math.round(below)), 'text-anchor="middle" font-size="11"'),
    text(middle, AREA.height - AREA.bottom + 14, name, 'text-anchor="middle" font-size="10"'),
  ].join("");
}

/** Draws groups of stacked bars on a linear axis. */
export function drawBars({ groups, steps, title, y }: BarChart): string {
  const most = roundUp(Math.max(...groups.flatMap(({ bars }) => bars.map((bar) => sum(bar.steps)))));
  const marks = [0, 1, 2, 3, 4, 5].map((i) => (most * i) / 5);
  const place = linearScale(most);
  const width = (AREA.width - AREA.left - AREA.right) / groups.length;
  const drawn = groups.flatMap(({ bars, name }, i) => {
    const left = AREA.left + i * width + ((1 - FILLED) * width) / 2;
    const each = (FILLED * width) / bars.length;
    const label = text(left + (FILLED * width) / 2, AREA.height - AREA.bottom + 32, name, 'text-anchor="middle"');
    return [...bars.map((bar, j) => drawBar(bar, left + j * each, each * 0.9, place)), label];
  });
  return document(title, ["", y], [...grid(marks, place), ...drawn, ...legend(steps)]);
}
