import { join } from "node:path";
import type { WitnessEvidence } from "@firmament/agents/witness";
import { makeFolder, replaceFile } from "./durable-file.ts";

/** Keeps proofs as files `<name>.json` of a folder, which is made with the first. */
export function evidenceFiles(folder: string): WitnessEvidence {
  return (name, proof) => {
    makeFolder(folder);
    replaceFile(join(folder, `${name}.json`), proof);
  };
}
