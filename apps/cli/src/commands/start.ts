import type { Command } from "commander";
import { examples } from "../context.ts";
import { printError } from "../output.ts";
import { start, type StartOptions } from "../start/run.ts";

export function addStart(program: Command): void {
  program
    .command("start")
    .description("the main job from nothing: found a consortium, publish firmware, update a device, try to cheat it")
    .option("--firmware <file>", "image to publish; a sample is made otherwise")
    .option("--once", "end afterwards instead of serving")
    .option("--out <folder>", "where everything goes", "out")
    .option("--json", "print one JSON value instead of steps")
    .addHelpText("after", examples("start", "start --once --firmware build/sensor.bin"))
    .action(async (options: StartOptions) => {
      try {
        await start(options);
      } catch (cause) {
        process.exitCode = printError(cause, options.json === true);
      }
    });
}
