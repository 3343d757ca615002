import { requirementIds } from "./ids.ts";
import { requirementClasses, sourceOf } from "./requirements.ts";
import type { Requirement, RequirementClass } from "./requirements.ts";
import { titleOf } from "./results.ts";
import type { TestResult } from "./results.ts";

export interface TracedRequirement extends Requirement {
  /** `file: title` of every passing test that names it. */
  readonly shownBy: readonly string[];
  /** The same for tests that name it but did not pass in every part. */
  readonly claimedBy: readonly string[];
}

export interface TraceReport {
  readonly requirements: readonly TracedRequirement[];
  /** `file: title` of tests that name an id which no source has. */
  readonly unknown: readonly string[];
}

/** What passing tests show of the requirements. A skipped, unfinished or failed test shows nothing. */
export function trace(requirements: readonly Requirement[], results: readonly TestResult[]): TraceReport {
  const shown = new Map<string, string[]>(requirements.map(({ id }) => [id, []]));
  const claimed = new Map<string, string[]>(requirements.map(({ id }) => [id, []]));
  const unknown: string[] = [];
  for (const result of results) {
    const place = `${result.file}: ${titleOf(result)}`;
    for (const id of requirementIds(titleOf(result))) {
      const list = (result.outcome === "passed" ? shown : claimed).get(id) ?? unknown;
      list.push(place);
    }
  }
  const traced = requirements.map((requirement) => ({
    ...requirement,
    shownBy: shown.get(requirement.id) ?? [],
    claimedBy: claimed.get(requirement.id) ?? [],
  }));
  return { requirements: traced, unknown };
}

function share(requirements: readonly TracedRequirement[]): string {
  const shown = requirements.filter(({ shownBy }) => shownBy.length > 0).length;
  return requirements.length === 0 ? "-" : `${shown}/${requirements.length}`;
}

function row(label: string, requirements: readonly TracedRequirement[]): string {
  const cells = requirementClasses.map((letter) => share(requirements.filter((each) => each.class === letter)));
  return [label.padEnd(7), ...[...cells, share(requirements)].map((cell) => cell.padStart(8))].join("");
}

function table(requirements: readonly TracedRequirement[]): string[] {
  const sources = [...new Set(requirements.map(({ id }) => sourceOf(id)))];
  const rows = sources.map((source) =>
    row(
      source,
      requirements.filter(({ id }) => sourceOf(id) === source),
    ),
  );
  const heading = ["source ", ...[...requirementClasses, "all"].map((name) => name.padStart(8))].join("");
  return [heading, ...rows, row("all", requirements)];
}

function line({ id, title, doc, claimedBy }: TracedRequirement): string {
  const claim = claimedBy.length === 0 ? "" : ` (named by ${claimedBy.length} that did not pass)`;
  return `  ${id.padEnd(6)} ${title}${doc ? " (document)" : ""}${claim}`;
}

function missing(letter: RequirementClass, requirements: readonly TracedRequirement[]): string[] {
  const open = requirements.filter((each) => each.class === letter && each.shownBy.length === 0);
  return open.length === 0
    ? []
    : ["", `class ${letter}, not shown by a passing test: ${open.length}`, ...open.map(line)];
}

/** The report for a terminal: shown/all by source and class, then what is missing. */
export function renderTrace({ requirements, unknown }: TraceReport): string {
  const strays = unknown.length === 0 ? [] : ["", "ids that no source has:", ...unknown.map((place) => `  ${place}`)];
  const open = requirementClasses.flatMap((letter) => missing(letter, requirements));
  return [...table(requirements), ...open, ...strays].join("\n");
}
