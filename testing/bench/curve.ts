import { numberText } from "./table.ts";

/** One line of a diagram; points in rising x, all values above zero. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** What the others are compared with: drawn dashed. */
  readonly isReference?: boolean;
}

export interface Diagram {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
}

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [760, 420, 80, 190, 44, 56];
const COLOURS = ["#1f5fa8", "#b3541e", "#3a7d34", "#7a3f98", "#8a6d00"];

type Scale = (value: number) => number;

const escape = (text: string): string => text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);

const text = (x: number, y: number, content: string, more = ""): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escape(content)}</text>`;

// Whole decades, so that sizes and rates of several orders of magnitude are seen at once.
function decades(values: readonly number[]): readonly [number, number] {
  const low = Math.floor(Math.log10(Math.min(...values)));
  return [low, Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))))];
}

function scaleOf([low, high]: readonly [number, number], from: number, to: number): Scale {
  return (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
}

function ticks([low, high]: readonly [number, number]): readonly number[] {
  return Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
}

function line({ isReference, name, points }: Series, i: number, x: Scale, y: Scale): string {
  const colour = COLOURS[i % COLOURS.length] ?? "black";
  const path = points.map(([px, py]) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`).join(" ");
  const dash = isReference === true ? ' stroke-dasharray="5 4"' : "";
  const dots = points.map(([px, py]) => `<circle cx="${x(px).toFixed(1)}" cy="${y(py).toFixed(1)}" r="3"/>`).join("");
  const at = TOP + 10 + i * 20;
  return [
    `<g fill="${colour}"><polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>${dots}`,
    `<line x1="${WIDTH - RIGHT + 12}" x2="${WIDTH - RIGHT + 36}" y1="${at - 4}" y2="${at - 4}" stroke="${colour}" stroke-width="2"${dash}/>`,
    `${text(WIDTH - RIGHT + 42, at, name)}</g>`,
  ].join("");
}

/** Draws curves on logarithmic axes as an SVG document. */
export function drawDiagram({ series, title, x: xName, y: yName }: Diagram): string {
  const points = series.flatMap((each) => each.points);
  const [xRange, yRange] = [decades(points.map(([px]) => px)), decades(points.map(([, py]) => py))];
  const [x, y] = [scaleOf(xRange, LEFT, WIDTH - RIGHT), scaleOf(yRange, HEIGHT - BOTTOM, TOP)];
  const grid = [
    ...ticks(xRange).map((value) => {
      const at = x(value).toFixed(1);
      const mark = text(x(value), HEIGHT - BOTTOM + 18, numberText(value), 'text-anchor="middle"');
      return `<line x1="${at}" x2="${at}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" stroke="#ddd"/>${mark}`;
    }),
    ...ticks(yRange).map((value) => {
      const at = y(value).toFixed(1);
      const mark = text(LEFT - 8, y(value) + 4, numberText(value), 'text-anchor="end"');
      return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" stroke="#ddd"/>${mark}`;
    }),
  ];
  const middle = (TOP + HEIGHT - BOTTOM) / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    text(LEFT, 24, title, 'font-size="15"'),
    ...grid,
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, xName, 'text-anchor="middle"'),
    text(20, middle, yName, `text-anchor="middle" transform="rotate(-90 20 ${middle})"`),
    ...series.map((each, i) => line(each, i, x, y)),
    "</svg>",
    "",
  ].join("\n");
}
