import { createServer } from "node:http";
import { writeFileSync } from "node:fs";

// Stands for an application or an engine of a supervised pair: <part> <behaviour>. Its working folder is the run folder.
const [, , part, behaviour] = process.argv;

const REFUSAL = { error: "ERR_REFUSED", code: "home/missing", message: "There is no genesis.", remedy: "Found one." };
const CONTRADICTION =
  'E[…] CONSENSUS FAILURE!!! module=consensus err="wrong Block.Header.AppHash.  Expected AA01, got BB02" stack="…"';

const REPLAY = "panic: state.AppHash does not match AppHash after replay. Got\n\tAA03, expected BB04.";

const status = {
  result: {
    node_info: { version: "0.39.0" },
    sync_info: { latest_app_hash: "", latest_block_height: "7", latest_block_time: "2026-01-01T00:00:00Z" },
  },
};

function stay(): void {
  setInterval(() => undefined, 60_000);
}

function serveEngine(): void {
  createServer((_request, answer) => answer.end(JSON.stringify(status))).listen("rpc.sock");
}

function started(): void {
  writeFileSync(`${part ?? ""}.started`, String(process.pid));
}

process.once("disconnect", () => process.exit(0));
switch (behaviour) {
  case "refusing":
    process.stderr.write(`${JSON.stringify(REFUSAL)}\n`);
    process.exitCode = 3;
    process.disconnect();
    break;
  case "lacking-rules":
    process.stderr.write("RulesMissingError: From log entry 9 on, rules version 2 is in force.\n    at fold\n");
    process.exitCode = 1;
    process.disconnect();
    break;
  case "deaf":
    process.on("SIGTERM", () => undefined);
    serveEngine();
    break;
  case "contradicting":
    // Whoever hears the words ends this process at once.
    started();
    process.stdout.write(`${CONTRADICTION}\n`);
    stay();
    break;
  case "replaying":
    process.stdout.write(`${REPLAY}\n`);
    stay();
    break;
  case "short-lived":
    serveEngine();
    setTimeout(() => process.exit(0), 300);
    break;
  default:
    if (part === "engine") serveEngine();
    else process.stdout.write("ready http://127.0.0.1:1/\n");
    stay();
}
// Last, so that whoever finds it knows that the words above are said.
if (behaviour !== "contradicting") started();
