import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { show } from "@firmament/core/errors";
import { refuse } from "./errors.ts";

const NAME = "cometbft";

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The engine's binary: what COMETBFT_BIN names, or the first in PATH and in Go's folder of installed programs.
 *
 * @throws Refusal `engine/missing`
 */
export function findEngine(environment: Environment = process.env): string {
  const { COMETBFT_BIN: named, GOPATH: go = join(homedir(), "go"), PATH: path = "" } = environment;
  const folders = [...path.split(delimiter), join(go, "bin")].filter((folder) => folder !== "");
  const places = named === undefined ? folders.map((folder) => join(folder, NAME)) : [named];
  const found = places.find(isProgram);
  if (found === undefined) throw refuse("engine/missing", named === undefined ? "" : `Got ${show(named)}.`);
  return found;
}
