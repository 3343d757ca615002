import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ErrorSpec } from "@firmament/core/errors";
import { isObject } from "../repository/json.ts";
import { filesIn, root, workspaces } from "../repository/workspaces.ts";

/** One declared error code and where it is declared. */
export interface CatalogueEntry extends ErrorSpec {
  readonly code: string;
  /** File and export, like `core/src/bytes/errors.ts#bytesErrors`. */
  readonly source: string;
}

function isSentence(value: unknown): value is string {
  return typeof value === "string" && /^\S.*\.$/s.test(value) && !value.includes("\n");
}

function isHttpError(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 400 && value <= 599;
}

/** @throws TypeError where the value is not a well-formed {@link ErrorSpec} under a `family/kebab-code` */
export function parseEntry(code: string, value: unknown, source: string): CatalogueEntry {
  const place = `${source}: ${code}`;
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*\/[a-z0-9]+(?:-[a-z0-9]+)*$/.test(code)) {
    throw new TypeError(`${place} is not family/kebab-code`);
  }
  if (!isObject(value)) throw new TypeError(`${place} is no object`);
  const { status, error, rule, remedy, ...rest } = value;
  if (Object.keys(rest).length > 0) throw new TypeError(`${place} has unknown members`);
  if (!isHttpError(status)) throw new TypeError(`${place} needs an HTTP error status`);
  if (!isSentence(rule) || !isSentence(remedy)) throw new TypeError(`${place}: rule and remedy are one sentence each`);
  if (error === undefined) return { code, source, status, rule, remedy };
  if (typeof error !== "string" || !/^ERR_[A-Z_]+$/.test(error)) throw new TypeError(`${place}: error is an ERR_ name`);
  return { code, source, status, rule, remedy, error };
}

/** The entries of every export of a module whose name ends in `Errors`. */
export function entriesOf(module: object, file: string): CatalogueEntry[] {
  const catalogues = Object.entries(module).filter(([name]) => name.endsWith("Errors"));
  return catalogues.flatMap(([name, catalogue]: [string, unknown]) => {
    if (!isObject(catalogue)) throw new TypeError(`${file}#${name} is no catalogue`);
    return Object.entries(catalogue).map(([code, spec]) => parseEntry(code, spec, `${file}#${name}`));
  });
}

/** Every error that any package declares, by code. */
export async function readCatalogue(): Promise<CatalogueEntry[]> {
  const files = workspaces().flatMap(({ folder }) => filesIn(folder, "src/**/errors.ts"));
  const entries: CatalogueEntry[] = [];
  for (const file of files) {
    const module: unknown = await import(pathToFileURL(join(root, file)).href);
    if (typeof module === "object" && module !== null) entries.push(...entriesOf(module, file));
  }
  return entries.sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** Codes that more than one catalogue declares, with the places. */
export function repeatedCodes(entries: readonly CatalogueEntry[]): string[] {
  const places = Map.groupBy(entries, ({ code }) => code);
  return [...places].flatMap(([code, all]) =>
    all.length > 1 ? [`${code}: ${all.map(({ source }) => source).join(", ")}`] : [],
  );
}
