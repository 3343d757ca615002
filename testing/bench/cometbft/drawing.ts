import { numberText } from "../table.ts";

/** Area of a drawing, and the part of it that values are drawn in. */
export const AREA = { bottom: 60, height: 440, left: 70, right: 200, top: 48, width: 860 } as const;
const COLOURS = ["#1f5fa8", "#b3541e", "#3a7d34", "#7a3f98"] as const;

export const colourOf = (i: number): string => COLOURS[i % COLOURS.length] ?? "black";

const escape = (text: string): string => text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);

export function text(x: number, y: number, content: string, more = ""): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escape(content)}</text>`;
}

/** Where a value stands, as a distance from the upper edge. */
export type Place = (value: number) => number;

/** Places of the values of a linear axis from 0 to `most`. */
export function linearScale(most: number): Place {
  const [from, to] = [AREA.height - AREA.bottom, AREA.top];
  return (value) => from + (value / most) * (to - from);
}

/** The powers of ten around values above zero. */
export function decadesOf(values: readonly number[]): readonly number[] {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
}

/** Places of the values of a logarithmic axis over these decades. */
export function logarithmicScale(decades: readonly number[]): Place {
  const [low = 1] = decades;
  const place = linearScale(decades.length - 1);
  return (value) => place(Math.log10(value / low));
}

/** A round number of at least this much, one that people would mark an axis with. */
export function roundUp(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10].map((step) => step * decade).find((step) => step >= value) ?? value;
}

/** Lines across the drawing at some values, each with its number. */
export function grid(values: readonly number[], place: Place): readonly string[] {
  return values.map((value) => {
    const y = place(value).toFixed(1);
    const line = `<line x1="${AREA.left}" x2="${AREA.width - AREA.right}" y1="${y}" y2="${y}" stroke="#ddd"/>`;
    return line + text(AREA.left - 8, place(value) + 4, numberText(value), 'text-anchor="end"');
  });
}

/** Names beside the drawing, each with its colour. */
export function legend(names: readonly string[]): readonly string[] {
  return names.map((name, i) => {
    const [x, y] = [AREA.width - AREA.right + 16, AREA.top + 8 + i * 22];
    return `<rect x="${x}" y="${y - 10}" width="14" height="12" fill="${colourOf(i)}"/>${text(x + 22, y, name)}`;
  });
}

/** An SVG document around the parts of a drawing. */
export function document(title: string, axes: readonly [x: string, y: string], parts: readonly string[]): string {
  const [xName, yName] = axes;
  const middle = (AREA.top + AREA.height - AREA.bottom) / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${AREA.width} ${AREA.height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${AREA.width}" height="${AREA.height}" fill="white"/>`,
    text(AREA.left, 26, title, 'font-size="15"'),
    ...parts,
    text((AREA.left + AREA.width - AREA.right) / 2, AREA.height - 12, xName, 'text-anchor="middle"'),
    text(18, middle, yName, `text-anchor="middle" transform="rotate(-90 18 ${middle})"`),
    "</svg>",
    "",
  ].join("\n");
}
