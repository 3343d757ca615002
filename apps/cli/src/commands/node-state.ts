import { Home } from "@firmament/server/home";
import type { Command } from "commander";
import { type CommonOptions, common, examples, refused, report, withSession } from "../context.ts";
import { refuse } from "../errors.ts";
import { backUp } from "../node/backup.ts";
import { holdsPlainKey } from "../node/parts.ts";
import { ledgerState, resetFromPeers } from "../node/reset.ts";
import { type Restored, restore } from "../node/restore.ts";
import { rotateKey } from "../node/rotate.ts";
import { bytesText, type Report, timeText } from "../output.ts";

interface NodeOptions extends CommonOptions {
  readonly organisation: string;
}

interface BackupOptions extends NodeOptions {
  readonly out: string;
  readonly content?: boolean;
}

interface RestoreOptions extends NodeOptions {
  readonly from: string;
  readonly stoppedAt?: string;
}

interface ResetOptions extends NodeOptions {
  readonly yes?: boolean;
}

interface RotateOptions extends NodeOptions {
  readonly peer?: boolean;
}

// Every node's replica has the same blocks, and an old copy of the sequencer's would make a second history of them.
async function sequencerLines(home: Home, organisation: string): Promise<readonly string[]> {
  const { ledger, register } = await home.network();
  if (ledger === undefined || register.organisation !== organisation) return [];
  return [`not in it: the one sequencer's ${home.ledgerFile}; the newest replica of any node can take its place`];
}

async function backup({ content = false, home: path, organisation, out }: BackupOptions): Promise<Report> {
  const home = new Home(path);
  const { files } = await backUp(home, organisation, { content, out });
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const plain = files.filter((each) => holdsPlainKey(each.path)).map((each) => each.path);
  return {
    json: { bytes, files: files.length, out, plain },
    lines: [
      `${files.length} files, ${bytesText(bytes)}, in ${out}`,
      ...plain.map((each) => `NOT ENCRYPTED, whoever reads it has the key: ${each}`),
      ...(await sequencerLines(home, organisation)),
    ],
  };
}

function heightOf(text: string): number {
  const height = Number(text);
  if (!/^[0-9]{1,15}$/.test(text)) throw refuse("cli/usage", "--stopped-at is a height.");
  return height;
}

function restoredLines({ guard, isKeyOld, lastVote }: Restored, organisation: string): readonly string[] {
  const said = lastVote?.answers.map((each) => `${each.organisation} is at height ${each.engineHeight}`) ?? [];
  const word = `ON THE OPERATOR'S WORD THIS VALIDATOR NEVER VOTED ABOVE HEIGHT ${guard ?? 0}. IF IT DID, IT VOTES TWICE.`;
  return [
    ...said,
    ...(guard === undefined ? [] : [`its engine signs nothing up to height ${guard}`]),
    ...(guard !== undefined && lastVote === undefined ? [word] : []),
    ...(isKeyOld
      ? [
          "the ledger names another consensus key of this organisation than the backup holds: the node follows, and does not vote",
          `give it a new one once it runs: firmament node rotate-key --organisation ${organisation}`,
        ]
      : []),
  ];
}

async function restoreAt({ from, home, organisation, stoppedAt }: RestoreOptions): Promise<Report> {
  const word = stoppedAt === undefined ? undefined : heightOf(stoppedAt);
  const restored = await restore(new Home(home), organisation, { from, stoppedAt: word });
  const { guard, isKeyOld, manifest } = restored;
  return {
    json: { guard, isKeyOld, organisation, time: manifest.time },
    lines: [
      `${organisation} as it was at ${timeText(manifest.time)}`,
      ...restoredLines(restored, organisation),
      "its node cosigns once enough of the others' nodes have told what it cosigned",
      `next: firmament node run --organisation ${organisation}`,
    ],
  };
}

async function reset({ home: path, organisation, yes = false }: ResetOptions): Promise<Report> {
  const home = new Home(path);
  if (!yes) {
    const paths = ledgerState(home, organisation);
    refused();
    return {
      json: { paths, removed: false },
      lines: [...paths.map((each) => `would remove ${each}`), "nothing was removed; say --yes to remove it"],
    };
  }
  const paths = await resetFromPeers(home, organisation);
  return {
    json: { paths, removed: true },
    lines: [...paths.map((each) => `removed ${each}`), "the next start takes the ledger from the other organisations"],
  };
}

function rotate(options: RotateOptions): Promise<void> {
  return withSession(options, async (session) => {
    const { organisation, peer = false } = options;
    const { isInstalled, keys } = await rotateKey(session, organisation, peer ? "peer" : "validator");
    const what = peer ? `peer key, id ${keys.peer}` : `consensus key ${keys.validator.x}`;
    const done = isInstalled ? "in use; the old one is gone" : "declared; it comes into use once the node runs";
    return { json: { isInstalled, peer: keys.peer, validator: keys.validator }, lines: [`new ${what}: ${done}`] };
  });
}

/** The commands by which an operator keeps, brings back and renews what a node has. */
export function addNodeState(node: Command): void {
  const command = (name: string, description: string, more = ""): Command =>
    common(node.command(name).description(description))
      .requiredOption("--organisation <name>", "whose node")
      .addHelpText("after", examples(`node ${name} --organisation charlie.example --home /srv/firmament${more}`));
  command("backup", "copy keys and ledger of the organisation, while its node runs", " --out /mnt/backup/1")
    .requiredOption("--out <folder>", "new or empty folder that nobody else may read")
    .option("--content", "copy the stored images too")
    .action((options: BackupOptions) => report(options, () => backup(options)));
  command("restore", "bring a lost node back from a backup; it never votes or cosigns twice", " --from /mnt/backup/1")
    .requiredOption("--from <folder>", "backup")
    .option("--stopped-at <height>", "where too few others answer: your word that this validator voted no higher")
    .action((options: RestoreOptions) => report(options, () => restoreAt(options)));
  command("reset-from-peers", "drop the validator's copy of the ledger, so that it takes the others'", " --yes")
    .option("--yes", "remove it; otherwise only say what would be removed")
    .action((options: ResetOptions) => report(options, () => reset(options)));
  command("rotate-key", "give the running validator a new consensus key")
    .option("--peer", "give it a new peer key instead")
    .action((options: RotateOptions) => rotate(options));
}
