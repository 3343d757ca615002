/**
 *   npm run attacks             every attack: expected code, what came, verdict
 *   npm run attacks -- --json   the same for programs
 *   npm run attacks -- WORD     attacks whose name contains the word
 *
 * Exit code 1 unless every attack was refused by its own code or changed nothing, beside an honest run that was accepted.
 */
import { parseArgs } from "node:util";
import { isAsExpected, renderTable, type Row, tryAttack } from "./report.ts";
import { attacks } from "./suite.ts";

const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" } } });
const chosen = attacks.filter(({ name }) => positionals.every((word) => name.includes(word)));
const rows: Row[] = [];
for (const attack of chosen) rows.push(await tryAttack(attack));
const expected = rows.filter(isAsExpected).length;
if (values.json === true)
  console.log(JSON.stringify({ attacks: rows, asExpected: expected, total: rows.length }, null, 2));
else
  console.log(`${renderTable(rows)}\n\n${expected} of ${rows.length} attacks refused or without effect, as expected`);
process.exitCode = expected === rows.length && rows.length > 0 ? 0 : 1;
