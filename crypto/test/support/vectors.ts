import { existsSync, readFileSync } from "node:fs";

const folder = new URL("../../../../shared/vectors/tlog/", import.meta.url);

/** Options of a test that needs the shared vectors: skips it, with the reason, where they are absent. */
export const needsVectors = {
  skip: existsSync(folder) ? false : "the shared vectors are not at ../shared/vectors/tlog",
};

/** Reads a vector file as `T`, the shape that its README gives it. */
export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8")) as T;
}
