import { Command } from "commander";

const MARK = "\0";

// 32 bytes as base64url: ids of releases, transactions, keys, proposals.
const isId = (word: string): boolean => /^-[A-Za-z0-9_-]{42}$/.test(word);
const unmarked = (word: string): string => (word.startsWith(MARK) ? word.slice(MARK.length) : word);

/** A command line on which an id that begins with a hyphen, as one in 64 does, is an operand and no option. */
export class Program extends Command {
  override createCommand(name?: string): Program {
    return new Program(name);
  }

  override parseOptions(words: string[]): { operands: string[]; unknown: string[] } {
    const marked = words.map((word, i) => (isId(word) && !this.#takesValue(words[i - 1]) ? MARK + word : word));
    const { operands, unknown } = super.parseOptions(marked);
    return { operands: operands.map(unmarked), unknown: unknown.map(unmarked) };
  }

  #takesValue(word: string | undefined): boolean {
    const option = this.options.find(({ long, short }) => word !== undefined && (word === long || word === short));
    return option !== undefined && (option.required || option.optional);
  }
}
