/** node load-main.ts JOB: runs the load that a JSON text describes, and prints what it saw as JSON. */
import { type LoadJob, runLoad } from "./load.ts";

const [, , job = ""] = process.argv;
process.stdout.write(JSON.stringify(await runLoad(JSON.parse(job) as LoadJob)));
