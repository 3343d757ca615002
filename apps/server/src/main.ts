import { runService, serviceKinds } from "./run.ts";

// Entry of a service's own process: <kind> <home> [organisation].
const [, , word, home = "", organisation = ""] = process.argv;
const kind = serviceKinds.find((each) => each === word);
if (kind === undefined) {
  process.stderr.write(`usage: main.ts ${serviceKinds.join("|")} <home> [organisation]\n`);
  process.exitCode = 2;
} else process.exitCode = await runService(kind, home, organisation);
