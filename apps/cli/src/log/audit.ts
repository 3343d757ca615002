import { Home } from "@firmament/server/home";
import { Transport } from "@firmament/server/tls";
import { type CommonOptions, refused } from "../context.ts";
import type { Report } from "../output.ts";
import { parseActor } from "../session.ts";
import { auditReport, type Verdict } from "./audit-report.ts";
import { auditCopy, type Copy, copiesInHome, copyAt, type CopyFile, copyFromUrl, copyOfNode } from "./copies.ts";
import { keepProof, proofOfFork } from "./fork-evidence.ts";
import { type Compared, compareWith } from "./relations.ts";
import { bytesOf, rememberedNote } from "./remembered.ts";

export interface AuditCommandOptions extends CommonOptions {
  readonly as?: string;
  readonly database?: string;
  readonly genesis?: string;
  readonly against: readonly string[];
  readonly checkpoint: readonly string[];
  readonly evidence: string;
}

function filesOf(
  home: Home,
  { as, database }: AuditCommandOptions,
): Promise<readonly CopyFile[]> | readonly CopyFile[] {
  if (database !== undefined) return [copyAt(database)];
  if (as !== undefined) return [copyOfNode(home, parseActor(as).organisation)];
  return copiesInHome(home);
}

// The genesis of a file that is no home's is its own, unless a trusted one is named.
async function genesisOf(home: Home, { database, genesis }: AuditCommandOptions): Promise<Uint8Array | undefined> {
  if (genesis !== undefined) return bytesOf(genesis);
  return database === undefined ? home.genesis() : undefined;
}

const progressOf = (name: string) => (entries: number) => {
  process.stderr.write(`audit of ${name}: ${entries} entries\n`);
};

async function openAgainst(
  source: string,
  genesisFile: Uint8Array | undefined,
  home: Home,
  as: string | undefined,
): Promise<Copy> {
  const progress = progressOf(source);
  if (!/^https?:/i.test(source)) return auditCopy(copyAt(source), { genesisFile, progress, remembered: [] });
  const given = { genesisFile: genesisFile ?? (await home.genesis()), progress };
  if (as === undefined) return copyFromUrl(source, given);
  const { organisation } = parseActor(as);
  const state = home.replicaFile(organisation);
  await using transport = await Transport.open({ home, log: () => undefined, organisation, state });
  return await copyFromUrl(source, { ...given, carry: transport.fetch });
}

async function proofsOf(compared: Compared, folder: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const { index, other } of compared.forks) {
    const proof = proofOfFork(compared.copy, other, index);
    if (proof !== undefined) paths.push(await keepProof(folder, index, proof));
  }
  return paths;
}

/**
 * Audits copies of a ledger and compares them. What they are held against is read first, so that an honest copy has
 * at least as much.
 */
export async function audit(options: AuditCommandOptions): Promise<Report> {
  const home = new Home(options.home);
  const files = await filesOf(home, options);
  const genesisFile = await genesisOf(home, options);
  const remembered = await Promise.all(options.checkpoint.map(rememberedNote));
  using stack = new DisposableStack();
  const opened = (copy: Copy): Copy =>
    stack.adopt(copy, ({ database }) => {
      database.close();
    });
  const demanded: Copy[] = [];
  for (const source of options.against) demanded.push(opened(await openAgainst(source, genesisFile, home, options.as)));
  const copies = files.map((file) =>
    opened(auditCopy(file, { genesisFile, progress: progressOf(file.name), remembered })),
  );
  const verdicts: Verdict[] = [];
  for (const copy of copies) {
    const compared = compareWith(copy, copies, demanded);
    verdicts.push({ ...compared, proofs: await proofsOf(compared, options.evidence) });
  }
  const { isSound, report } = auditReport(verdicts);
  if (!isSound) refused();
  return report;
}
