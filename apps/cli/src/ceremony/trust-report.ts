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

/** What a draft would put in force, what it changes, and whose signatures are missing. */
export function draftReport({ before, next }: TrustDraft, signatures: readonly TrustSignature[]): Report {
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
      `${versions[1] ?? ""} differs from ${versions[0] ?? ""}:`,
      ...changeLines(before, next).map((line) => `  ${line}`),
      "",
      stillNeeded(before, `root keys of ${versions[0] ?? ""}`, signatures),
      stillNeeded(next, `root keys of ${versions[1] ?? ""}`, signatures),
    ],
  };
}
