import type { TrustRoot, TrustSignature } from "@firmament/core/trust";
import type { Report } from "../output.ts";
import { countSignatures } from "./signatures.ts";
import type { TrustDraft } from "./trust-draft.ts";
import { changeLines, trustLines } from "./trust-words.ts";

const stillNeeded = (root: TrustRoot, which: string, signatures: readonly TrustSignature[]): string => {
  const { missing, needed, signed } = countSignatures(root, signatures);
  const left = needed - signed.length;
  const state = left > 0 ? `${left} more of ${missing.join(", ")}` : "enough";
  return `${which}: ${signed.length} of ${needed} signatures (${signed.join(", ") || "none"}); ${state}`;
};

/** What a draft changes, and from which trust root on: a draft may be made to follow one that never was in force. */
export function changesOf({ before, next }: TrustDraft): readonly string[] {
  const from = `trust/${before.document.version}`;
  return [
    `trust/${next.document.version} differs from ${from}, digest ${before.digest}:`,
    ...changeLines(before, next).map((line) => `  ${line}`),
  ];
}

/** What a draft would put in force, what it changes, and whose signatures are missing. */
export function draftReport(draft: TrustDraft, signatures: readonly TrustSignature[]): Report {
  const { before, next } = draft;
  const versions = [before, next].map(({ document }) => `trust/${document.version}`);
  return {
    json: {
      before: { digest: before.digest, signatures: countSignatures(before, signatures) },
      changes: changeLines(before, next),
      next: { digest: next.digest, document: next.document, signatures: countSignatures(next, signatures) },
    },
    lines: [
      ...trustLines(next),
      "",
      ...changesOf(draft),
      "",
      stillNeeded(before, `root keys of ${versions[0] ?? ""}`, signatures),
      stillNeeded(next, `root keys of ${versions[1] ?? ""}`, signatures),
    ],
  };
}
