import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../repository/json.ts";

/** C core, E expected, F future work or option in the source itself. */
export type RequirementClass = "C" | "E" | "F";

export const requirementClasses = ["C", "E", "F"] as const satisfies readonly RequirementClass[];

export interface Requirement {
  /** `S<source>-<number>`, or `R4-<number>` for source 004's code. */
  readonly id: string;
  readonly class: RequirementClass;
  readonly title: string;
  /** Met by a document, not by a test. */
  readonly doc: boolean;
}

/** Source part of an id: `S0` … `S4`, `R4`. */
export function sourceOf(id: string): string {
  return id.slice(0, id.indexOf("-"));
}

function parseRequirement(value: unknown): Requirement {
  if (!isObject(value)) throw new TypeError("a requirement must be an object");
  const { id, class: letter, title, doc } = value;
  const known = requirementClasses.find((name) => name === letter);
  if (typeof id !== "string" || typeof title !== "string" || known === undefined) {
    throw new TypeError(`not a requirement: ${JSON.stringify(value)}`);
  }
  return { id, class: known, title, doc: doc === true };
}

/** @throws TypeError where the list is not an array of distinct requirements */
export function parseRequirements(value: unknown): Requirement[] {
  if (!Array.isArray(value)) throw new TypeError("the requirements must be an array");
  const requirements = value.map(parseRequirement);
  const ids = new Set(requirements.map(({ id }) => id));
  if (ids.size !== requirements.length) throw new TypeError("a requirement id appears twice");
  return requirements;
}

/** The requirements of the five source documents. */
export function readRequirements(): Requirement[] {
  return parseRequirements(JSON.parse(readFileSync(join(import.meta.dirname, "requirements.json"), "utf8")));
}
