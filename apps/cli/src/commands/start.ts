import type { Command } from "commander";
import { act, examples } from "../context.ts";
import { start, type StartOptions } from "../start/run.ts";

export function addStart(program: Command): void {
  program
    .command("start")
    .description("the main job from nothing: found a consortium, publish firmware, update a device, try to cheat it")
    .option("--firmware <file>", "image to publish; a sample is made otherwise")
    .option("--engine <name>", "sqlite: one sequencer; cometbft: a validator of each organisation", "sqlite")
    .option("--once", "end afterwards instead of serving")
    .option("--out <folder>", "where everything goes", "out")
    .option("--json", "print one JSON value instead of steps")
    .addHelpText("after", examples("start", "start --once --firmware build/sensor.bin", "start --engine cometbft"))
    .action((options: StartOptions) => act(options, () => start(options)));
}
