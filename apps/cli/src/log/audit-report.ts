import { toBase64url } from "@firmament/core/bytes";
import { type Finding, remedyOf } from "@firmament/replica/audit";
import { type Report, table, timeText } from "../output.ts";
import type { Compared } from "./relations.ts";

/** One audited copy, what was found by comparison, and the proofs that were written. */
export interface Verdict extends Compared {
  readonly proofs: readonly string[];
}

const allOf = ({ copy, findings }: Verdict): readonly Finding[] => [...copy.report.findings, ...findings];

function countOf({ copy, findings }: Verdict): number {
  return findings.length + Object.values(copy.report.counts).reduce((sum, count) => sum + count, 0);
}

function findingLines(finding: Finding): readonly string[] {
  return [
    `  ✗ ${finding.code}  ${finding.where}`,
    `      found     ${finding.found}`,
    `      expected  ${finding.expected}`,
    `      remedy    ${remedyOf(finding.code)}`,
  ];
}

// One column for each copy: equal rows are what a reader wants to see.
function overview(verdicts: readonly Verdict[]): readonly string[] {
  const reports = verdicts.map(({ copy }) => copy.report);
  const rowOf = (what: string, cell: (verdict: Verdict, i: number) => string) => [what, ...verdicts.map(cell)];
  const checks = [...new Set(reports.flatMap(({ checked }) => checked.map(({ what }) => what)))];
  return table([
    rowOf("", ({ copy }) => copy.file.name),
    ...checks.map((what) =>
      rowOf(what, (_verdict, i) => String(reports[i]?.checked.find((each) => each.what === what)?.rows ?? "")),
    ),
    rowOf("newest entry", (_verdict, i) => newestOf(reports[i])),
    rowOf("size that a quorum cosigned", (_verdict, i) => String(reports[i]?.cosigned ?? "none kept")),
    rowOf("", (verdict) => (countOf(verdict) === 0 ? "✓ sound" : `✗ ${countOf(verdict)} found`)),
  ]);
}

function newestOf(report: Verdict["copy"]["report"] | undefined): string {
  return report?.ledger === undefined ? "" : `${report.size - 1}, ${timeText(report.time)}`;
}

function headLines(verdicts: readonly Verdict[]): readonly string[] {
  const [known] = verdicts.flatMap(({ copy: { report } }) => (report.ledger === undefined ? [] : [report]));
  const paths = table(verdicts.map(({ copy: { file } }) => [`  ${file.name}`, file.path]));
  return [`ledger ${known?.ledger ?? "unknown"}`, ...paths, ""];
}

function matterLines(verdict: Verdict): readonly string[] {
  const { copy, notices, proofs } = verdict;
  const shown = allOf(verdict);
  const more = countOf(verdict) - shown.length;
  const lines = [
    ...shown.flatMap(findingLines),
    ...(more === 0 ? [] : [`  and ${more} more of these`]),
    ...notices.map((notice) => `  note: ${notice}`),
    ...proofs.map((path) => `  proof of two histories: ${path}`),
  ];
  return lines.length === 0 ? [] : ["", `${copy.file.name}:`, ...lines];
}

const TAIL = [
  "",
  "Later entries that were cut off together with every cosignature of them leave no trace in a copy: only another",
  "copy (--against) or a checkpoint that was kept elsewhere (--checkpoint) shows that.",
];

function verdictJson(verdict: Verdict): object {
  const { copy, notices, proofs } = verdict;
  const { checked, cosigned, height, ledger, root, size, time } = copy.report;
  return {
    checked,
    cosigned,
    findings: allOf(verdict).map((each) => ({ ...each, remedy: remedyOf(each.code) })),
    found: countOf(verdict),
    height,
    ledger,
    name: copy.file.name,
    notices,
    path: copy.file.path,
    proofs,
    root: toBase64url(root),
    size,
    time,
  };
}

/** @returns whether nothing was found, and the report */
export function auditReport(verdicts: readonly Verdict[]): { readonly isSound: boolean; readonly report: Report } {
  const found = verdicts.filter((each) => countOf(each) > 0).map(({ copy }) => copy.file.name);
  const isSound = found.length === 0;
  const last = isSound
    ? `verdict: ${verdicts.length === 1 ? "the copy is" : `all ${verdicts.length} copies are`} sound`
    : `verdict: something is wrong with ${found.join(", ")}`;
  return {
    isSound,
    report: {
      json: { copies: verdicts.map(verdictJson), sound: isSound },
      lines: [...headLines(verdicts), ...overview(verdicts), ...verdicts.flatMap(matterLines), ...TAIL, last],
    },
  };
}
