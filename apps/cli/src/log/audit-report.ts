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

function tailLine({ copy: { report } }: Verdict): string {
  const end = `the copy ends at entry ${report.size - 1} of ${timeText(report.time)}`;
  const known =
    report.cosigned === undefined ? "no quorum's cosignature is kept" : `a quorum cosigned size ${report.cosigned}`;
  return `  tail: ${end}; ${known}. Later entries, cut off together with every cosignature of them, leave no trace in a copy:
        only another copy (--against) or a checkpoint that was kept elsewhere (--checkpoint) can show that.`;
}

function verdictLines(verdict: Verdict): readonly string[] {
  const { copy, notices, proofs } = verdict;
  const { checked, height, ledger, root, size } = copy.report;
  const shown = allOf(verdict);
  const more = countOf(verdict) - shown.length;
  return [
    `${copy.file.name}: ${copy.file.path}`,
    ...(ledger === undefined
      ? []
      : [`  ${ledger}, ${size} entries in ${height + 1} blocks, log root ${toBase64url(root)}`]),
    ...table(checked.map(({ rows, what }) => [`  ${what}`, String(rows)])),
    ...shown.flatMap(findingLines),
    ...(more === 0 ? [] : [`  and ${more} more of these`]),
    ...notices.map((notice) => `  note: ${notice}`),
    ...proofs.map((path) => `  proof of two histories: ${path}`),
    ...(ledger === undefined ? [] : [tailLine(verdict)]),
    countOf(verdict) === 0 ? "  ✓ sound" : `  ✗ ${countOf(verdict)} found`,
    "",
  ];
}

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
      lines: [...verdicts.flatMap(verdictLines), last],
    },
  };
}
