import { RULES_MISSING } from "../ending.ts";
import type { FrontState } from "../health.ts";
import type { Facts } from "./facts.ts";
import { type Finding, finding } from "./finding.ts";

const MIN_DISK = 2_147_483_648;
const MAX_CLOCK_OFFSET = 5;
const MAX_BLOCK_AGE = 120;

/** Versions that a binary of v0.40.0 calls itself; its release was tagged with the constant of the one before. */
const VERSIONS = ["0.39.0", "0.40.0"];

/** One rule of a diagnosis: what it finds in the facts. */
type Check = (facts: Facts) => readonly Finding[];

const when = (isSo: boolean, code: Finding["code"], says: () => string): readonly Finding[] =>
  isSo ? [finding(code, says())] : [];

const checkEngine: Check = ({ engineFailure, engineVersion }) => [
  ...when(engineFailure !== "", "engine-missing", () => engineFailure),
  ...when(
    engineFailure === "" && !VERSIONS.includes(engineVersion),
    "engine-version",
    () => `The engine's binary calls itself ${engineVersion || "nothing"}; expected is ${VERSIONS.join(" or ")}.`,
  ),
];

const checkKeys: Check = ({ keyFailures, organisation, own, validators }) => {
  const declared = validators.find((each) => each.organisation === organisation);
  const isOther =
    own !== undefined && declared !== undefined && (own.key !== declared.key || own.peer !== declared.peer);
  return [
    ...keyFailures.map((failure) => finding("key-unreadable", failure)),
    ...when(isOther, "key-undeclared", () => `The ledger knows other keys of ${organisation} than its engine has.`),
    ...when(
      own !== undefined && declared === undefined,
      "key-undeclared",
      () => `${organisation} is no validator on the ledger, as far as this node has it.`,
    ),
  ];
};

const checkSelfTest: Check = ({ selfTestFailure }) =>
  when(selfTestFailure !== "", "self-test", () => `${selfTestFailure}.`);

// An engine is away on purpose then, and what differs says so.
const isHeld = (health: Facts["health"]): boolean =>
  health?.state === "held" && health.last?.contradiction !== undefined;

// What the parts said last explains why they are away; without a supervisor nothing is there to be away.
const checkPair: Check = ({ health, isSupervised, now, organisation }) => {
  if (!isSupervised) return [finding("not-running", `No validator of ${organisation} runs here.`)];
  const { ahead, contradiction, reason = "", said } = health?.last ?? {};
  const lives = now.application !== undefined && now.engine !== undefined;
  const isRules = said?.code === RULES_MISSING;
  return [
    ...when(
      contradiction !== undefined && !lives,
      "hash-differs",
      () =>
        `Our application computed ${contradiction?.ours ?? ""}, the others ${contradiction?.others ?? ""}, ` +
        `${health?.engine === undefined ? "" : `after height ${health.engine.height}; `}` +
        `${isHeld(health) ? "the engine is not started any more." : "the engine is being tried again."}`,
    ),
    ...when(
      ahead !== undefined && !lives,
      "engine-behind",
      () => `The application's copy is at height ${ahead?.application ?? 0}, its engine at ${ahead?.engine ?? 0}.`,
    ),
    ...when(said !== undefined && !lives, isRules ? "rules-missing" : "application-refused", () => said?.words ?? ""),
    ...when(now.application === undefined, "application-away", () => `The application does not answer. ${reason}`),
    ...when(now.engine === undefined && !isHeld(health), "engine-away", () => `The engine does not answer. ${reason}`),
    ...when(
      lives && (health?.restarts ?? 0) > 0,
      "restarting",
      () => `The pair was started again ${health?.restarts ?? 0} times; last because ${reason}.`,
    ),
  ];
};

const checkPeers: Check = ({ now, organisation, validators }) => {
  if (now.engine === undefined) return [];
  const { peers } = now.engine;
  const away = validators.filter((each) => each.organisation !== organisation && !peers.includes(each.peer));
  if (away.length === 0) return [];
  const names = away.map((each) => each.organisation).join(", ");
  const hasQuorum = 3 * (validators.length - away.length) > 2 * validators.length;
  const present = `${validators.length - away.length} of ${validators.length} validators are connected`;
  return hasQuorum
    ? [finding("peer-away", `The engine is not connected to ${names}; ${present}.`)]
    : [finding("no-quorum", `No block can be made: ${present}, more than two thirds are needed. Away: ${names}.`)];
};

// Blocks come every half minute even where nobody has anything to say.
const checkBlocks: Check = ({ now: { engine, time } }) => {
  const age = time - (engine?.time ?? time);
  return when(
    age > MAX_BLOCK_AGE && engine?.isCatchingUp === false,
    "no-blocks",
    () => `The newest block is ${age} s old.`,
  );
};

// Of a third of them at most, what they say may be made up.
function attestedSize(sizes: readonly number[], validators: number): number {
  return [...sizes].sort((a, b) => b - a)[Math.floor((validators - 1) / 3)] ?? 0;
}

// A front that shows as many entries as ours must show the same root.
const checkStates: Check = ({ now: { application, engine, others }, validators }) => {
  if (application === undefined) return [];
  const differing = others.filter(({ state }) => state?.size === application.size && state.root !== application.root);
  const most = attestedSize(
    others.map(({ state }) => state?.size ?? 0),
    validators.length,
  );
  const names = differing.map((each) => `${each.organisation} (${each.state?.root ?? ""})`).join(", ");
  return [
    ...when(
      differing.length > 0,
      "state-differs",
      () => `Our application computed ${application.root} for ${application.size} entries; differing: ${names}.`,
    ),
    ...when(
      engine?.isCatchingUp === true,
      "catching-up",
      () => `The engine is at height ${engine?.height ?? 0}, the log at ${application.size} of ${most} entries.`,
    ),
    ...when(
      engine?.isCatchingUp !== true && most > application.size + 1,
      "behind",
      () => `Our application has ${application.size} entries, another organisation ${most}.`,
    ),
  ];
};

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

// Most clocks are right: where ours differs from most, ours is off.
const checkClocks: Check = ({ now: { others } }) => {
  const seen = others.flatMap(({ organisation, state }) => (state === undefined ? [] : [{ organisation, state }]));
  const offsetOf = ({ state }: { readonly state: FrontState }) => state.clockOffset;
  const off = median(seen.map(offsetOf));
  if (Math.abs(off) > MAX_CLOCK_OFFSET) {
    const words = `${Math.abs(off)} s ${off > 0 ? "behind" : "ahead of"}`;
    return [finding("clock-off", `This machine's clock is ${words} those of the other organisations.`)];
  }
  return seen
    .filter((each) => Math.abs(offsetOf(each)) > MAX_CLOCK_OFFSET)
    .map((each) => finding("clock-of-other", `The clock of ${each.organisation} differs by ${offsetOf(each)} s.`));
};

const checkDisk: Check = ({ now: { diskFree } }) =>
  when(diskFree < MIN_DISK, "disk-low", () => `${Math.floor(diskFree / 1_048_576)} MiB are free.`);

// The whole of what the engine says; within it, a stranger's words have their quotes escaped.
const REFUSED = / err="filtered ID<([0-9a-f]{40})>/g;
const MAX_NAMED = 8;

// Strangers make as many keys as they like.
const checkRefused: Check = ({ engineLog }) => {
  const ids = [...new Set([...engineLog.matchAll(REFUSED)].map(([, id]) => id ?? ""))];
  const more = ids.length > MAX_NAMED ? ` and ${ids.length - MAX_NAMED} more` : "";
  return when(
    ids.length > 0,
    "peers-refused",
    () => `Connections were refused of ${ids.slice(-MAX_NAMED).join(", ")}${more}.`,
  );
};

const CHECKS: readonly Check[] = [
  checkEngine,
  checkSelfTest,
  checkKeys,
  checkPair,
  checkPeers,
  checkBlocks,
  checkRefused,
  checkStates,
  checkClocks,
  checkDisk,
];

/** What these facts mean, in the order in which things are to be mended. */
export function diagnose(facts: Facts): readonly Finding[] {
  return CHECKS.flatMap((check) => check(facts));
}
