/** The page whose commands are run, from the root. */
export const operationsFile = "docs/OPERATIONS.md";

/** Terminals that the page speaks of; a block for a group is run in each of them at the same time. */
export const terminals = ["alpha", "bravo", "charlie", "delta", "echo"] as const;
export type TerminalName = (typeof terminals)[number];

const founders: readonly TerminalName[] = ["alpha", "bravo", "charlie", "delta"];
const signers: readonly TerminalName[] = ["alpha", "bravo", "charlie", "echo"];
// From the block of `run` on, an engine is needed.
const GROUPS: Readonly<Record<string, readonly TerminalName[]>> = {
  everyone: terminals,
  founders,
  members: founders,
  run: founders,
  signers,
};

/** Commands that stand in one block of the page, and the terminals in which they are run. */
export interface Block {
  readonly label: string;
  readonly commands: string;
  readonly terminals: readonly TerminalName[];
}

function terminalsOf(label: string): readonly TerminalName[] {
  const one = terminals.filter((name) => name === label);
  const found = GROUPS[label] ?? one;
  if (found.length === 0) throw new TypeError(`${operationsFile}: there is no terminal ${label}`);
  return found;
}

/** Blocks of commands in a text that say in which terminal they are run; one without is an example. */
export function blocksOf(text: string): readonly Block[] {
  return [...text.matchAll(/^```sh (\w+)\n(.*?)^```$/gms)].map(([, label = "", commands = ""]) => ({
    commands,
    label,
    terminals: terminalsOf(label),
  }));
}
