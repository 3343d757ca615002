/** One system call of a thread: it has effect somewhere between `enter` and `leave`. */
export interface Call {
  readonly phase: "enter" | "leave";
  readonly thread: string;
  readonly name: string;
  /** As strace prints them, up to where the call was interrupted by another thread's. */
  readonly args: string;
  /** Of a call that came back; -1 for a failed one. */
  readonly result: number;
}

const WHOLE = /^(?<thread>\d+) +(?<name>\w+)\((?<args>.*)\) += (?<result>-?\d+|\?)/;
const ENTERED = /^(?<thread>\d+) +(?<name>\w+)\((?<args>.*?),? *<unfinished \.\.\.>$/;
const RESUMED = /^(?<thread>\d+) +<\.\.\. (?<name>\w+) resumed>.*\) += (?<result>-?\d+|\?)/;

/** The calls of an strace record, in the order in which they began and ended. */
export function* callsOf(log: string): Generator<Call> {
  const open = new Map<string, string>();
  for (const line of log.split("\n")) {
    const found = (WHOLE.exec(line) ?? ENTERED.exec(line) ?? RESUMED.exec(line))?.groups;
    if (found === undefined) continue;
    const { args = "", name = "", result, thread = "" } = found;
    const call = { args: args === "" ? (open.get(thread) ?? "") : args, name, thread, result: Number(result) };
    if (found["args"] !== undefined) yield { ...call, phase: "enter" };
    if (result === undefined) open.set(thread, args);
    // A call that its thread did not survive has no result.
    else if (!Number.isNaN(call.result)) yield { ...call, phase: "leave" };
  }
}
