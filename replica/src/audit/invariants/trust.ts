import { fromBase64url, utf8 } from "@firmament/core/bytes";
import { Refusal } from "@firmament/core/errors";
import type { Crypto } from "@firmament/core/keys";
import { tables } from "@firmament/core/registry";
import { assertTrustStep, decodeTrustRoot, type TrustRoot, type TrustSignature } from "@firmament/core/trust";
import type { Step } from "./step.ts";

function signaturesOf({ transaction }: Step): readonly TrustSignature[] {
  if (transaction?.type !== "trust.next") return [];
  return transaction.body.signatures.map(({ kid, signature }) => ({ kid, signature: fromBase64url(signature) }));
}

function rootOf(step: Step, crypto: Crypto, version: number): TrustRoot | undefined {
  const record = step.before(tables.trust, String(version));
  return record === undefined ? undefined : decodeTrustRoot(crypto, utf8(record.document));
}

/** PROTOCOL Y-9: genesis checked trust/1 before it founded anything; every later one is checked here. */
export function checkTrust(step: Step, crypto: Crypto): void {
  const changes = step.changed(tables.trust);
  const [before, after] = [step.before(tables.ledger)?.trust ?? 0, step.after(tables.ledger)?.trust ?? 0];
  const due = before + changes.length;
  if (after !== due || changes.length > 1) step.note("audit/trust", "trust root in force", String(after), String(due));
  if (step.transaction === undefined) return;
  for (const { after: record, parts } of changes) {
    const where = `trust ${parts.join(" ")}`;
    if (parts.join() !== String(due)) step.note("audit/trust", where, "another version", String(due));
    try {
      const document = utf8(record?.document ?? "");
      assertTrustStep(crypto, rootOf(step, crypto, before), { document, signatures: signaturesOf(step) });
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      step.note("audit/trust", where, cause.message, "a step of R-5");
    }
  }
}
