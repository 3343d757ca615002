import { existsSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import type { EngineNode, Validators } from "@firmament/core/registry";
import { syncFolder } from "../durable-file.ts";
import { engineKeyFile, type EngineKeyName, upcomingEngineKeys } from "./keys.ts";

/** Whether a key is the one that the ledger has of an organisation. */
export function isDeclared(name: EngineKeyName, keys: EngineNode, member: Validators["members"][number]): boolean {
  return name === "peer" ? member.peer === keys.peer : member.key === keys.validator.x;
}

/**
 * Puts new keys into the place of the present ones, which are lost with that, once the ledger names them. No engine may
 * run on them.
 *
 * @param folder home of the engine
 * @param member the organisation, as the ledger's validators have it; absent where it is none of them
 * @returns which keys changed
 * @throws Refusal `engine/keys`
 */
export function installNextKeys(
  folder: string,
  member: Validators["members"][number] | undefined,
): readonly EngineKeyName[] {
  const waiting = (["peer", "validator"] as const).filter((name) => existsSync(engineKeyFile(folder, name, "next")));
  if (member === undefined || waiting.length === 0) return [];
  const next = upcomingEngineKeys(folder);
  const installed = waiting.filter((name) => isDeclared(name, next, member));
  for (const name of installed) {
    const path = engineKeyFile(folder, name);
    renameSync(engineKeyFile(folder, name, "next"), path);
    syncFolder(dirname(path));
  }
  return installed;
}
