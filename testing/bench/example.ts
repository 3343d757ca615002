import type { Publication } from "@firmament/cli/src/publish.ts";
import { CHARLIE, CLASS, DELTA, OPERATOR, VENDOR } from "@firmament/cli/src/start/people.ts";

export { CHARLIE, CLASS, DELTA, OPERATOR };

export const AUTHOR = { actor: "author", organisation: VENDOR } as const;

let versions = 0;

/** A version that was not registered in this run; the one that the start publishes is 1.0.0. */
export function nextVersion(): string {
  return `1.0.${++versions}`;
}

/** What the example's author says of an image. */
export function publicationOf(image: string, version: string): Publication {
  return {
    className: CLASS,
    dependencies: [],
    format: "raw",
    image,
    storageLocation: "slot",
    vendor: "acme",
    version,
  };
}
