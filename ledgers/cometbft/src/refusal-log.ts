import { type Refusal, refusalFromJson } from "@firmament/core/errors";

/** How an application's refusal travels through the engine: in the `log` of its answer, with its HTTP status. */
export function refusalLog(refusal: Refusal): string {
  return JSON.stringify({ ...refusal.toJSON(), status: refusal.status });
}

/** The refusal that a `log` carries, `undefined` where it carries none. */
export function refusalOfLog(log: unknown): Refusal | undefined {
  try {
    const found = JSON.parse(String(log)) as { readonly status?: unknown } | null;
    return typeof found?.status === "number" ? refusalFromJson(found.status, found) : undefined;
  } catch {
    return undefined;
  }
}
