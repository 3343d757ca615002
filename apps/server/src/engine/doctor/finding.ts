import { ENGINE_INSTALL } from "../install.ts";

/** What may be found, and what to do about it. A notice heals by itself, or is the fault of another organisation. */
const catalogue = {
  "engine-missing": { isWrong: true, remedy: `Install the engine: ${ENGINE_INSTALL}` },
  "engine-version": { isWrong: true, remedy: `Install the version that all organisations run: ${ENGINE_INSTALL}` },
  "self-test": {
    isWrong: true,
    remedy: "Run the Node.js version that the README names; do not sign anything with this one.",
  },
  "key-unreadable": { isWrong: true, remedy: "Restore the file, its permissions (0600) or the passphrase file." },
  "key-undeclared": {
    isWrong: true,
    remedy: "Restore the engine's own keys, or declare the new ones with `firmament org declare`.",
  },
  "not-running": { isWrong: true, remedy: "Start it: firmament node run --organisation <name>" },
  "application-away": {
    isWrong: true,
    remedy: "Read the application's log in the logs folder; it is started again by itself.",
  },
  "application-refused": { isWrong: true, remedy: "Mend what the message names; the next start finds it mended." },
  "rules-missing": {
    isWrong: true,
    remedy: "Install the program version that has these rules, and start the node again.",
  },
  "engine-away": { isWrong: true, remedy: "Read the engine's log in the logs folder; it is started again by itself." },
  "hash-differs": {
    isWrong: true,
    remedy:
      "Install the program version that the others run; then let the node make its copy anew: firmament node reset-from-peers",
  },
  "engine-behind": {
    isWrong: true,
    remedy:
      "Blocks of the engine were lost: firmament node reset-from-peers. Where its folder was put back from a copy, the " +
      "engine may vote twice: move the organisation's folder away and use firmament node restore.",
  },
  "state-differs": {
    isWrong: true,
    remedy:
      "Ask these organisations to run `firmament node doctor` and `firmament log audit`, and compare with a third.",
  },
  "no-quorum": {
    isWrong: true,
    remedy: "Ask the organisations that are away to start their nodes; what was sent is safe to send again.",
  },
  "no-blocks": {
    isWrong: true,
    remedy: "Ask the other organisations what their doctors find; a node may be connected and yet not vote.",
  },
  "peer-away": { isWrong: false, remedy: "Nothing here: a quorum is there. Tell the organisation if it lasts." },
  "peers-refused": {
    isWrong: false,
    remedy: "If it is a member's node, have it declare its peer id; otherwise somebody who has no business here tried.",
  },
  "catching-up": { isWrong: false, remedy: "Wait: the engine is fetching the blocks that it missed." },
  behind: {
    isWrong: true,
    remedy: "Wait a minute; if it stays behind, read the engine's log and check the way to the peers.",
  },
  "clock-off": { isWrong: true, remedy: "Set this machine's clock, and keep it set by NTP." },
  "clock-of-other": { isWrong: false, remedy: "Ask that organisation to set its clock." },
  "disk-low": {
    isWrong: true,
    remedy: "Free space on the disk of the home, or enlarge it: a full disk stops the node.",
  },
  restarting: { isWrong: false, remedy: "Read the logs of that time if it goes on." },
} as const;

export type FindingCode = keyof typeof catalogue;
export const findingCodes = Object.keys(catalogue) as readonly FindingCode[];

/** One thing that a diagnosis found. */
export interface Finding {
  readonly code: FindingCode;
  /** What is so, in a sentence. */
  readonly says: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Whether this organisation's operator has something to do. */
  readonly isWrong: boolean;
}

export function finding(code: FindingCode, says: string): Finding {
  return { code, says, ...catalogue[code] };
}
