/** What a figure must stay within. A limit that is exceeded fails the run; an aim that is missed does not. */
export interface Bound {
  readonly kind: "aim" | "limit";
  /** The bound in words, like `≤ 5 ms`. */
  readonly text: string;
  readonly holds: boolean;
}

/** One measured value; `floor`, in the same unit, is what the bare primitives took in the same run. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly floor?: number;
  readonly bound?: Bound;
}

/** What one part of the bench measured. */
export interface Part {
  readonly title: string;
  readonly figures: readonly Figure[];
  /** Lines under the figures: what was counted, and how. */
  readonly notes: readonly string[];
}

export function ratioOf({ floor, value }: Figure): number | undefined {
  return floor === undefined || floor === 0 ? undefined : value / floor;
}

/** A bound of the figure's own value, in its unit. */
export function within(kind: Bound["kind"], figure: Figure, most: number): Figure {
  return { ...figure, bound: { kind, text: `≤ ${most} ${figure.unit}`, holds: figure.value <= most } };
}

/** A bound from below of the figure's own value, in its unit. */
export function atLeast(kind: Bound["kind"], figure: Figure, least: number): Figure {
  return { ...figure, bound: { kind, text: `≥ ${least} ${figure.unit}`, holds: figure.value >= least } };
}

export function verdictOf({ holds, kind }: Bound): string {
  if (kind === "limit") return holds ? "holds" : "EXCEEDED";
  return holds ? "meets the aim" : "misses the aim";
}

/** Whether no limit of any part is exceeded. */
export function allHold(parts: readonly Part[]): boolean {
  return parts.every(({ figures }) => figures.every(({ bound }) => bound?.kind !== "limit" || bound.holds));
}
