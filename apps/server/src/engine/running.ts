import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { resolve } from "node:path";
import type { Home } from "../home.ts";
import { serviceKinds } from "../run.ts";

/** A process that works with an organisation's folder. */
export interface RunningProcess {
  readonly pid: number;
  /** Kind of the service, or `engine`. */
  readonly name: string;
}

function kindOf(
  words: readonly string[],
  isFolder: (word: string | undefined, folder: string) => boolean,
  home: Home,
  organisation: string,
) {
  if (words[1] === "start" && words[2] === "--home" && isFolder(words[3], home.engineFolder(organisation)))
    return "engine";
  return serviceKinds.find((kind) => {
    const at = words.indexOf(kind);
    return at > 0 && isFolder(words[at + 1], home.path) && words[at + 2] === organisation;
  });
}

// A process may end while it is looked at, and others' folders are not told.
function lookAt(pid: number, home: Home, organisation: string): RunningProcess | undefined {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    const from = readlinkSync(`/proc/${pid}/cwd`);
    const isFolder = (word: string | undefined, folder: string) =>
      word !== undefined && resolve(from, word) === resolve(folder);
    const name = kindOf(words, isFolder, home, organisation);
    return name === undefined ? undefined : { name, pid };
  } catch {
    return undefined;
  }
}

/**
 * The services and the engine of an organisation that run from this home now, whether or not its folder still knows of
 * them; none where the platform has no /proc.
 */
export function runningProcesses(home: Home, organisation: string): readonly RunningProcess[] {
  let names: readonly string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const found = /^[0-9]+$/.test(name) ? lookAt(Number(name), home, organisation) : undefined;
    return found === undefined ? [] : [found];
  });
}
