import { CommanderError } from "commander";
import { addAuthor } from "./commands/author.ts";
import { addClass } from "./commands/class.ts";
import { addDevice } from "./commands/device.ts";
import { addGenesis } from "./commands/genesis.ts";
import { addInit } from "./commands/init.ts";
import { addLog } from "./commands/log.ts";
import { addMember } from "./commands/member.ts";
import { addNetwork } from "./commands/network.ts";
import { addNode } from "./commands/node.ts";
import { addOrg } from "./commands/org.ts";
import { addRelease } from "./commands/release.ts";
import { addServe } from "./commands/serve.ts";
import { addStart } from "./commands/start.ts";
import { addTrust } from "./commands/trust.ts";
import { addVerify } from "./commands/verify.ts";
import { exitCodes } from "./output.ts";
import { Program } from "./program.ts";

const program = new Program("firmament")
  .description("A registry of IoT firmware that several organisations keep together")
  .version("0.1.0")
  // What stands behind a command is the command's: `release publish --version` is not ours.
  .enablePositionalOptions()
  .showHelpAfterError()
  .exitOverride()
  .addHelpText("after", "\nExit codes: 0 done, 1 fault, 2 wrong usage, 3 refused.");

for (const add of [
  addStart,
  addInit,
  addMember,
  addGenesis,
  addTrust,
  addNode,
  addNetwork,
  addServe,
  addOrg,
  addAuthor,
  addClass,
  addRelease,
  addDevice,
  addVerify,
  addLog,
])
  add(program);

try {
  await program.parseAsync();
} catch (cause) {
  if (!(cause instanceof CommanderError)) throw cause;
  process.exitCode = cause.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
}
