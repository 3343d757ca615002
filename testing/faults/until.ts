import { timedAsync } from "../bench/statistics.ts";
import { until as waited } from "../network/support/until.ts";

/**
 * Waits until something holds.
 *
 * @param within milliseconds
 * @returns milliseconds that it took
 * @throws Error which says what did not come
 */
export function until(what: string, within: number, holds: () => boolean | Promise<boolean>): Promise<number> {
  return timedAsync(() => waited(what, async () => (await holds()) || undefined, within));
}
