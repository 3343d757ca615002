import { object, text } from "@firmament/core/codec";

/** How a pair ended: what happened, and what its parts said of it. */
export interface Ending {
  /** Seconds since 1970. */
  readonly time: number;
  readonly reason: string;
  /** Why the application ended, in its own words: a refusal with its code, or the rules that it lacks. */
  readonly said?: { readonly code: string; readonly words: string };
  /** Application hashes of one block, hex: what ours computed, and what the others agreed on. */
  readonly contradiction?: { readonly ours: string; readonly others: string };
  /** Heights of the application's copy and of its engine, where the engine has fewer blocks than the application. */
  readonly ahead?: { readonly application: number; readonly engine: number };
}

const refusal = object({
  error: text({ max: 64 }),
  code: text({ max: 64 }),
  message: text({ max: 4096 }),
  remedy: text({ max: 4096 }),
});

/** An end of which nothing more is known than its reason. */
export function endingOf(reason: string): Ending {
  return { time: Math.floor(Date.now() / 1000), reason };
}

// A refused program's last line on standard error is its refusal.
function refusalIn(line: string): Ending["said"] {
  if (!line.startsWith("{")) return undefined;
  try {
    const { code, message, remedy } = refusal(JSON.parse(line), "line");
    return { code, words: `${message} ${remedy}` };
  } catch {
    return undefined;
  }
}

/** Stands as code for rules that the application lacks, which is no refusal. */
export const RULES_MISSING = "rules-missing";

function missingRulesIn(line: string): Ending["said"] {
  const words = MISSING_RULES.exec(line)?.[1];
  return words === undefined ? undefined : { code: RULES_MISSING, words };
}

const READY = /^ready \S+$/;
const MISSING_RULES = /RulesMissingError: (.+)/;
// What our application made of a block against what the next block's header says, while it runs and when it starts.
const OTHER_RESULT = /wrong Block\.Header\.\w+\.\s+Expected ([0-9A-F]+), got ([0-9A-F]+)/;
const OTHER_REPLAY = /AppHash does not match AppHash after replay\. Got\s([0-9A-F]+), expected ([0-9A-F]+)/;
// The engine breaks that line where it is about its own state; Go indents what follows in a panic.
const BROKEN = /^panic: state\.AppHash does not match AppHash after replay\. Got$/;
const REST = /^\t[0-9A-F]+, expected [0-9A-F]+\.$/;
const AHEAD = /app block height \((\d+)\) is higher than core \((\d+)\)/;
const FAILURE = /^E\[[^\]]*\] CONSENSUS FAILURE!!! /;
// Whoever knocks chooses words that the engine logs, such as the network that it takes for ours. They stand behind another
// message than these.
const OWN_WORDS = /^(?:E\[[^\]]*\] (?:CONSENSUS FAILURE!!!|Error in validation) |panic: |ERROR: )/;

/** Listens to what a pair's processes say. */
export class Remarks {
  readonly #ready: PromiseWithResolvers<undefined> = Promise.withResolvers();
  readonly #failed: PromiseWithResolvers<string> = Promise.withResolvers();
  #said: Ending["said"];
  #contradiction: Ending["contradiction"];
  #ahead: Ending["ahead"];
  #broken = "";

  /** Resolves when the application answers. */
  get ready(): Promise<undefined> {
    return this.#ready.promise;
  }

  /** Resolves when the engine gave up agreeing: its process and its RPC stay, and do nothing any more. */
  get failed(): Promise<string> {
    return this.#failed.promise;
  }

  hearApplication(line: string): void {
    if (READY.test(line)) this.#ready.resolve(undefined);
    this.#said = refusalIn(line) ?? missingRulesIn(line) ?? this.#said;
  }

  hearEngine(heard: string): void {
    const line = REST.test(heard) ? this.#broken + heard : heard;
    if (!OWN_WORDS.test(line)) return;
    if (BROKEN.test(line)) this.#broken = line;
    const [, ours, others] = OTHER_RESULT.exec(line) ?? OTHER_REPLAY.exec(line) ?? [];
    if (ours !== undefined && others !== undefined)
      this.#contradiction = { others: others.toLowerCase(), ours: ours.toLowerCase() };
    const [, application, engine] = AHEAD.exec(line) ?? [];
    if (application !== undefined) this.#ahead = { application: Number(application), engine: Number(engine) };
    if (FAILURE.test(line)) this.#failed.resolve("the engine failed to agree");
  }

  ending(reason: string): Ending {
    return {
      ...endingOf(reason),
      ...(this.#said === undefined ? {} : { said: this.#said }),
      ...(this.#contradiction === undefined ? {} : { contradiction: this.#contradiction }),
      ...(this.#ahead === undefined ? {} : { ahead: this.#ahead }),
    };
  }
}
