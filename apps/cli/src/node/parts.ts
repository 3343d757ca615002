import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";

/**
 * Folders and files of an organisation that a backup holds. Not among them: what it cosigned and what its engine voted,
 * since an old memory of either is worse than none; the application's database and the engine's, which come from the
 * other organisations; and what only runs now.
 */
const PARTS = ["author-agent", "engine/config", "evidence", "keys", "member.json", "offline", "tls"] as const;
const CONTENT = ["content/content", "content/nodes", "content/pins"] as const;

/** The node's copy of the ledger, which goes into a backup as it was at one moment. */
export const REPLICA = "node/replica.sqlite";

/** The engine's files that are derived anew at each start, and those that are being written. */
const LEFT_OUT = /(?:^engine\/config\/(?:genesis\.json|config\.toml|addrbook\.json)|\.next)$/;

/** Whether a backup may hold a file, as a manifest names it: what it may not hold, no restore puts back. */
export function isHeld(path: string): boolean {
  const own = /^organisation\/(.*)$/s.exec(path)?.[1];
  if (own === undefined) return path === "genesis.json" || path === "network.json";
  const isInPart = [...PARTS, ...CONTENT].some((part) => own === part || own.startsWith(`${part}/`));
  return own === REPLICA || (isInPart && !LEFT_OUT.test(own));
}

/** Files of an organisation that go into a backup as they are, relative to its folder, sorted. */
export async function filesToBackUp(folder: string, withContent: boolean): Promise<readonly string[]> {
  const found: string[] = [];
  for (const part of [...PARTS, ...(withContent ? CONTENT : [])]) {
    const path = join(folder, part);
    if (!existsSync(path)) continue;
    if (part === "member.json") found.push(part);
    else {
      const entries = await readdir(path, { recursive: true, withFileTypes: true });
      for (const each of entries) if (each.isFile()) found.push(relative(folder, join(each.parentPath, each.name)));
    }
  }
  return found.filter((path) => !LEFT_OUT.test(path)).sort();
}

/** Files of a backup that hold a key that no passphrase protects. */
export function holdsPlainKey(path: string): boolean {
  return path.includes("/engine/config/") || path.endsWith("/tls/service.pem");
}
