import { relative, sep } from "node:path";
import type { TestEvent } from "node:test/reporters";
import { root } from "../repository/workspaces.ts";
import { Recorder } from "./recorder.ts";
import { endOfResults } from "./results.ts";

function fromRoot(file: string | undefined): string {
  return file === undefined ? "" : relative(root, file).split(sep).join("/");
}

/** A node:test reporter: one line of JSON for each test, and a last line when the run has ended. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const recorder = new Recorder();
  for await (const { type, data } of events) {
    if (type === "test:start") recorder.start({ file: fromRoot(data.file), name: data.name, nesting: data.nesting });
    if (type !== "test:pass" && type !== "test:fail") continue;
    const result = recorder.finish({
      file: fromRoot(data.file),
      name: data.name,
      nesting: data.nesting,
      passed: type === "test:pass",
      isSuite: data.details.type === "suite",
      skip: data.skip,
      // A test that is expected to fail shows what is missing, like one that is left to do.
      todo: data.todo ?? "expectFailure" in data,
      durationMs: data.details.duration_ms,
    });
    if (result !== undefined) yield `${JSON.stringify(result)}\n`;
  }
  yield `${JSON.stringify(endOfResults)}\n`;
}
