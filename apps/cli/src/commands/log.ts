import { fromUtf8, toBase64url } from "@firmament/core/bytes";
import { decodeEntry } from "@firmament/core/log";
import type { Command } from "commander";
import type { DatabaseSync } from "node:sqlite";
import { collect, type CommonOptions, common, examples, report, withSession } from "../context.ts";
import { entryAt, numberOf, proveConsistency, proveEntry, proveState } from "../log/answers.ts";
import { audit, type AuditCommandOptions } from "../log/audit.ts";
import { check, type CheckOptions } from "../log/check.ts";
import { exportLog } from "../log/export.ts";
import { newestSize, noteAt } from "../log/note.ts";
import type { Report } from "../output.ts";
import { closing } from "../publish.ts";
import { parseActor } from "../session.ts";

interface LogOptions extends CommonOptions {
  readonly as: string;
}

// Files go out byte for byte: a note ends in a line feed, which `lines` puts back.
function fileReport(bytes: Uint8Array, more: object = {}): Report {
  const text = fromUtf8(bytes);
  return { json: { ...more, proof: text }, lines: text.slice(0, -1).split("\n") };
}

/** Reads the replica of the organisation that `--as` names. */
function reading(options: LogOptions, read: (database: DatabaseSync, ledger: string) => Report | Promise<Report>) {
  return withSession(options, async (session) => {
    using database = closing(session.replica(parseActor(options.as).organisation));
    return await read(database.value, session.genesis.ledger);
  });
}

function checkpoint(database: DatabaseSync, ledger: string): Report {
  const size = newestSize(database, ledger);
  const note = fromUtf8(noteAt(database, ledger, size));
  return { json: { note, size }, lines: note.slice(0, -1).split("\n") };
}

function prove(database: DatabaseSync, ledger: string, text: string): Report {
  const proof = proveEntry(database, ledger, numberOf(text));
  const entry = entryAt(database, numberOf(text));
  return fileReport(proof, { entry: decodeEntry(entry), leaf: toBase64url(entry) });
}

async function exported(database: DatabaseSync, ledger: string, folder: string): Promise<Report> {
  const { files, size } = await exportLog(database, ledger, folder);
  return { json: { files, folder, size }, lines: [`${size} entries in ${files} files under ${folder}`] };
}

function addAudit(log: Command): void {
  common(log.command("audit").description("replay copies of the ledger from nothing and compare all that they hold"))
    .option("--as <organisation/actor>", "only this organisation's replica; all copies in the home by default")
    .option("--database <file>", "any copy's file instead")
    .option("--genesis <file>", "genesis file that is trusted; the home's, or a named file's own, by default")
    .option(
      "--against <file or URL>",
      "another copy, or a ledger, that must agree; over https with --as; may stand several times",
      collect,
      [],
    )
    .option("--checkpoint <note file>", "checkpoint that was kept; may stand several times", collect, [])
    .option("--evidence <folder>", "where proofs of two histories are written", "out")
    .addHelpText(
      "after",
      `${examples(
        "log audit",
        "log audit --as charlie.example/admin --checkpoint kept-checkpoint.txt",
        "log audit --database copy.sqlite --against http://127.0.0.1:7400/",
      )}\nExit code 3 where anything is found.\n`,
    )
    .action((options: AuditCommandOptions) => report(options, () => audit(options)));
}

// A command that reads one organisation's replica.
function reader(log: Command, name: string, description: string, example: string): Command {
  return common(log.command(name).description(description))
    .requiredOption("--as <organisation/actor>", "whose replica is read")
    .addHelpText("after", examples(example));
}

function addProofs(log: Command): void {
  const as = "--as charlie.example/admin";
  reader(log, "checkpoint", "newest checkpoint that a quorum cosigned, as a C2SP note", `log checkpoint ${as}`).action(
    (options: LogOptions) => reading(options, checkpoint),
  );
  reader(log, "prove", "prove that an entry is in the log, as a C2SP tlog-proof", `log prove 12 ${as} > 12.tlog-proof`)
    .argument("<index>", "number of the entry")
    .action((index: string, options: LogOptions) =>
      reading(options, (database, ledger) => prove(database, ledger, index)),
    );
  reader(log, "prove-state", "prove a record, or that there is none", `log prove-state head sensor ${as}`)
    .argument("<table>", "table of the state")
    .argument("[key...]", "parts of the record's key")
    .action((table: string, key: readonly string[], options: LogOptions) =>
      reading(options, (database, ledger) => fileReport(proveState(database, ledger, [[table, ...key]]))),
    );
  reader(log, "consistency", "prove that the log continues an older checkpoint", `log consistency 12 ${as}`)
    .argument("<from>", "the older size")
    .argument("[to]", "size of a cosigned checkpoint; the newest with a quorum by default")
    .action((from: string, to: string | undefined, options: LogOptions) =>
      reading(options, (database, ledger) => {
        const size = to === undefined ? undefined : numberOf(to);
        return fileReport(proveConsistency(database, ledger, numberOf(from), size));
      }),
    );
}

function addExport(log: Command): void {
  reader(
    log,
    "export",
    "write the log as static files (C2SP tlog-tiles)",
    "log export out/log --as charlie.example/admin",
  )
    .argument("<folder>", "where the files go")
    .action((folder: string, options: LogOptions) =>
      reading(options, (database, ledger) => exported(database, ledger, folder)),
    );
}

export function addLog(program: Command): void {
  const log = program.command("log").description("the verifiable log: audit, checkpoints and proofs, from own copies");
  addAudit(log);
  addProofs(log);
  addExport(log);
  log
    .command("check")
    .description("check a checkpoint, a proof, or a proof of two histories: offline, from files")
    .argument("<file>", "what a log command gave out")
    .requiredOption("--trust <file>", "trust root or genesis file that the checker holds")
    .option("--from <note file>", "checkpoint that is remembered, for a consistency proof")
    .option("--json", "print one JSON value instead of text")
    .addHelpText("after", examples("log check entry-12.tlog-proof --trust out/trust.json"))
    .action((path: string, options: CheckOptions) => report(options, () => check(path, options)));
}
