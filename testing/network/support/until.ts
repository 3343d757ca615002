import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 50;

/** Waits until a probe has something to say; a test that waits too long fails with what it waited for. */
export async function until<T>(what: string, probe: () => T | undefined | Promise<T | undefined>, withinMs = 20_000) {
  for (const end = Date.now() + withinMs; Date.now() < end; await delay(POLL_MS)) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
  }
  throw new Error(`waited in vain for ${what}`);
}
