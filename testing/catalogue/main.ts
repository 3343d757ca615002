/**
 *   npm run errors              prints docs/ERRORS.md as the source has it
 *   npm run errors -- --write   writes it
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../repository/workspaces.ts";
import { readCatalogue } from "./catalogue.ts";
import { documentFile, renderDocument } from "./document.ts";

const { values } = parseArgs({ options: { write: { type: "boolean", default: false } } });
const page = renderDocument(await readCatalogue());
if (values.write) {
  const path = join(root, documentFile);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, page);
} else {
  process.stdout.write(page);
}
