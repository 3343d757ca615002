import { fromUtf8, toBase64url } from "@firmament/core/bytes";
import { decodeEntry, formatTlogProof, inclusionProof } from "@firmament/core/log";
import { nodeCrypto } from "@firmament/crypto";
import { BundleBuilder, Cosignatures, checkpointText, logNodes } from "@firmament/replica";
import { encodeCosignature, formatNote } from "@firmament/core/log";
import type { Command } from "commander";
import type { DatabaseSync } from "node:sqlite";
import { type CommonOptions, common, examples, withSession } from "../context.ts";
import { refuse } from "../errors.ts";
import type { Report } from "../output.ts";
import { closing } from "../publish.ts";
import { parseActor, type Session } from "../session.ts";

interface LogOptions extends CommonOptions {
  readonly as: string;
}

function newestNote(session: Session, database: DatabaseSync): { readonly size: number; readonly note: string } {
  const { ledger } = session.genesis;
  const size = new BundleBuilder(database, nodeCrypto, ledger).newestSize();
  if (size === undefined) throw refuse("cli/waited", "No checkpoint has enough cosignatures yet.");
  const signatures = new Cosignatures(database, nodeCrypto, ledger).at(size).map((each) => {
    const { keyId, organisation: name, signature, time } = each;
    return { keyId, name, signature: encodeCosignature({ signature, time }) };
  });
  return { size, note: fromUtf8(formatNote({ signatures, text: checkpointText(database, nodeCrypto, ledger, size) })) };
}

function checkpoint(session: Session, options: LogOptions): Report {
  using database = closing(session.replica(parseActor(options.as).organisation));
  const { note, size } = newestNote(session, database.value);
  return { json: { note, size }, lines: [note.trimEnd()] };
}

function entryAt(database: DatabaseSync, index: number): Uint8Array {
  const row = database.prepare("SELECT bytes FROM entries WHERE idx = ?").get(index);
  const bytes = row?.["bytes"];
  if (!(bytes instanceof Uint8Array)) throw refuse("cli/unknown", `There is no entry ${index}.`);
  return bytes;
}

function prove(session: Session, text: string, options: LogOptions): Report {
  using database = closing(session.replica(parseActor(options.as).organisation));
  const index = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
  const { note, size } = newestNote(session, database.value);
  if (!(index < size)) throw refuse("cli/unknown", `Entry ${text} is not below the checkpoint's size ${size}.`);
  const bytes = entryAt(database.value, index);
  const entry = decodeEntry(bytes);
  const path = inclusionProof(nodeCrypto, logNodes(database.value), { index, size });
  const proof = fromUtf8(formatTlogProof({ checkpoint: new TextEncoder().encode(note), index, path }));
  return {
    json: { entry, leaf: toBase64url(bytes), proof },
    lines: [proof.trimEnd()],
  };
}

export function addLog(program: Command): void {
  const log = program.command("log").description("the verifiable log: checkpoints and proofs, from an own replica");
  common(log.command("checkpoint").description("newest checkpoint that a quorum cosigned, as a C2SP note"))
    .requiredOption("--as <organisation/actor>", "whose replica is read")
    .addHelpText("after", examples("log checkpoint --as charlie.example/admin"))
    .action((options: LogOptions) => withSession(options, (session) => Promise.resolve(checkpoint(session, options))));
  common(log.command("prove").description("prove that an entry is in the log, as a C2SP tlog-proof"))
    .argument("<index>", "number of the entry")
    .requiredOption("--as <organisation/actor>", "whose replica is read")
    .addHelpText("after", examples("log prove 12 --as charlie.example/admin > entry-12.tlog-proof"))
    .action((index: string, options: LogOptions) =>
      withSession(options, (session) => Promise.resolve(prove(session, index, options))),
    );
}
