import { cp, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type Call, callsOf } from "./trace-lines.ts";

interface Range {
  readonly from: number;
  readonly to: number;
}

interface Unflushed {
  /** Bytes that were written and not flushed since. */
  ranges: Range[];
  /** Where a write without a place of its own goes: nobody seeks. */
  end: number;
}

const pathOf = (args: string): string => /^\d+<(?<path>[^>]*)>/.exec(args)?.groups?.["path"] ?? "";
const pathsIn = (args: string): readonly string[] =>
  [...args.matchAll(/"(?<path>[^"]+)"/g)].map((each) => each[1] ?? "");
const lastNumber = (args: string): number => Number(args.slice(args.lastIndexOf(",") + 1));

/**
 * What of a folder a loss of power would take, as the traced calls of one process after another tell it: bytes and
 * names that no fsync has reached. The page cache survives a killed process; this class says what else it held.
 */
export class Disk {
  readonly #folder: string;
  readonly #files = new Map<string, Unflushed>();
  // Names that no flush of their folder has reached; a replaced one would stand for what it stood for before.
  readonly #names = new Map<string, "new" | "replaced">();
  readonly #known = new Set<string>();
  // What a flush that began then will have reached when it ends.
  readonly #flushing = new Map<string, { readonly ranges: readonly Range[]; readonly names: readonly string[] }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Follows a run; `onLine` is called where it wrote to its standard output. */
  follow(log: string, onLine: () => void = () => undefined): void {
    for (const call of callsOf(log)) {
      if (call.phase === "enter" && call.name === "write" && call.args.startsWith("1<")) onLine();
      else if (call.phase === "enter") this.#enter(call);
      else if (call.result >= 0) this.#leave(call);
    }
  }

  /** Files and names that a loss of power would change now. SQLite's shared memory is made again from its log. */
  get volatile(): readonly string[] {
    const written = [...this.#files].filter(([, file]) => file.ranges.length > 0).map(([path]) => path);
    return [...new Set([...written, ...this.#names.keys()])].filter((path) => !path.endsWith("-shm")).sort();
  }

  /** A copy of the folder as the loss of power leaves it: unflushed bytes are garbage, new unflushed names are gone. */
  async cutPower(copy: string): Promise<void> {
    await cp(this.#folder, copy, { recursive: true, preserveTimestamps: true });
    const at = (path: string): string => copy + path.slice(this.#folder.length);
    for (const [path, { ranges }] of this.#files) if (ranges.length > 0) await spoil(at(path), ranges);
    for (const [path, kind] of this.#names) if (kind === "new") await rm(at(path), { recursive: true, force: true });
  }

  #enter({ args, name, thread }: Call): void {
    if (name !== "fsync" && name !== "fdatasync") return;
    const path = pathOf(args);
    const names = [...this.#names.keys()].filter((each) => dirname(each) === path);
    this.#flushing.set(thread, { ranges: this.#files.get(path)?.ranges ?? [], names });
  }

  #leave({ args, name, result, thread }: Call): void {
    switch (name) {
      case "openat":
        return args.includes("O_CREAT") ? this.#appear(pathsIn(args)[0]) : undefined;
      case "mkdir":
        return this.#appear(pathsIn(args)[0]);
      case "write":
        return this.#write(pathOf(args), undefined, result);
      case "pwrite64":
        return this.#write(pathOf(args), lastNumber(args), result);
      case "ftruncate":
        return this.#truncate(pathOf(args), lastNumber(args));
      case "fsync":
      case "fdatasync":
        return this.#flush(pathOf(args), thread);
      case "unlink":
      case "unlinkat":
        return this.#vanish(pathsIn(args)[0]);
      default:
        return this.#move(name, pathsIn(args));
    }
  }

  #mine(path: string | undefined): path is string {
    return path?.startsWith(`${this.#folder}/`) === true;
  }

  #appear(path: string | undefined): void {
    if (!this.#mine(path) || this.#known.has(path)) return;
    this.#known.add(path);
    this.#names.set(path, "new");
    this.#files.set(path, { ranges: [], end: 0 });
  }

  #vanish(path: string | undefined): void {
    if (!this.#mine(path)) return;
    this.#known.delete(path);
    this.#names.delete(path);
    this.#files.delete(path);
  }

  #write(path: string, offset: number | undefined, length: number): void {
    const file = this.#files.get(path);
    if (file === undefined) return;
    const from = offset ?? file.end;
    file.end = from + length;
    file.ranges = [...file.ranges, { from, to: from + length }];
  }

  #truncate(path: string, size: number): void {
    const file = this.#files.get(path);
    if (file !== undefined) file.ranges = file.ranges.filter(({ to }) => to <= size);
  }

  #flush(path: string, thread: string): void {
    const { names = [], ranges = [] } = this.#flushing.get(thread) ?? {};
    const file = this.#files.get(path);
    if (file !== undefined) file.ranges = file.ranges.filter((each) => !ranges.includes(each));
    for (const name of names) this.#names.delete(name);
  }

  #move(call: string, [from, to]: readonly string[]): void {
    if (!this.#mine(from) || !this.#mine(to)) return;
    const file = this.#files.get(from);
    if (call.startsWith("rename")) this.#vanish(from);
    const replaces = this.#known.has(to) && this.#names.get(to) !== "new";
    this.#known.add(to);
    this.#names.set(to, replaces ? "replaced" : "new");
    this.#files.set(to, file ?? { ranges: [], end: 0 });
  }
}

async function spoil(path: string, ranges: readonly Range[]): Promise<void> {
  await using handle = await open(path, "r+");
  const { size } = await handle.stat();
  for (const { from, to } of ranges) {
    const bytes = Buffer.alloc(Math.max(Math.min(to, size) - from, 0));
    await handle.read(bytes, 0, bytes.length, from);
    for (const [i, byte] of bytes.entries()) bytes[i] = byte ^ 0xff;
    await handle.write(bytes, 0, bytes.length, from);
  }
}
