/** An organisation's witness: `witness.ts <home> <work file>`. Every cosignature is printed as it is announced. */
import { readFileSync } from "node:fs";
import { follow, type WitnessWork } from "./follow.ts";
import { say } from "./lines.ts";

const [home = "", workFile = ""] = process.argv.slice(2);
await follow(home, JSON.parse(readFileSync(workFile, "utf8")) as WitnessWork, say);
