import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { equal } from "@firmament/core/bytes";
import { Refusal, show } from "@firmament/core/errors";
import { readEngineKeys, runningProcesses, upcomingEngineKeys, writeVoteGuard } from "@firmament/server/engine";
import { makeFolder, replaceFile, syncFolder } from "@firmament/server/durable-file";
import { Home } from "@firmament/server/home";
import { Transport } from "@firmament/server/tls";
import { bytesOf } from "../log/remembered.ts";
import { refuse } from "./errors.ts";
import { hashedCopy } from "./hashed-copy.ts";
import { type LastVote, lastVoteOf } from "./last-vote.ts";
import { decodeManifest, MANIFEST, type Manifest, type ManifestFile } from "./manifest.ts";
import { isHeld } from "./parts.ts";

/** What a restored organisation is told of its validator; nothing of one that has none. */
export interface Restored {
  readonly manifest: Manifest;
  /** The engine signs nothing up to this height. */
  readonly guard?: number;
  /** What the others said; absent where the operator's word counted. */
  readonly lastVote?: LastVote;
  /** Whether the ledger has another consensus key of the organisation than the backup, or none. */
  readonly isKeyOld: boolean;
}

/** @throws Refusal `node/running` */
export function assertNothingRuns(home: Home, organisation: string): void {
  const running = runningProcesses(home, organisation).map(({ name, pid }) => `${name} ${pid}`);
  if (running.length > 0) throw refuse("node/running", `Running: ${running.join(", ")}.`);
}

function assertFree(home: Home, organisation: string): void {
  const folder = home.organisation(organisation);
  if (existsSync(folder) && readdirSync(folder).length > 0) throw refuse("restore/place", `${show(folder)} exists.`);
  assertNothingRuns(home, organisation);
}

async function manifestIn(from: string, organisation: string): Promise<Manifest> {
  const bytes = await bytesOf(join(from, MANIFEST));
  let manifest: Manifest;
  try {
    manifest = decodeManifest(bytes);
  } catch (cause) {
    if (cause instanceof Refusal) throw refuse("backup/damaged", cause.message, { cause });
    throw cause;
  }
  const strange = manifest.files.find(({ path }) => !isHeld(path));
  if (strange !== undefined) throw refuse("backup/damaged", `No backup holds ${strange.path}.`);
  if (manifest.organisation !== organisation)
    throw refuse("restore/other", `The backup is of ${manifest.organisation}.`);
  return manifest;
}

// `organisation/…` lies under the organisation's own name in a home.
function placeOf(home: Home, { organisation }: Manifest, { path }: ManifestFile): string {
  const own = "organisation/";
  return path.startsWith(own) ? join(home.organisation(organisation), path.slice(own.length)) : join(home.path, path);
}

async function copyAll(from: string, manifest: Manifest, to: Home): Promise<void> {
  for (const file of manifest.files) {
    const copied = await hashedCopy(join(from, file.path), placeOf(to, manifest, file)).catch((cause: unknown) => {
      throw refuse("backup/damaged", `${file.path} cannot be read.`, { cause });
    });
    if (copied.sha256 !== file.sha256 || copied.size !== file.size) throw refuse("backup/damaged", `See ${file.path}.`);
  }
}

// A home that is there already has its say in where the others are: addresses may have changed since the backup.
function takeShared(home: Home, staged: Home): void {
  if (existsSync(home.genesisFile) && !equal(readFileSync(home.genesisFile), readFileSync(staged.genesisFile)))
    throw refuse("restore/other", `${show(home.genesisFile)} is of another ledger.`);
  if (existsSync(home.networkFile)) replaceFile(staged.networkFile, readFileSync(home.networkFile));
}

async function askOthers(staged: Home, organisation: string): Promise<LastVote> {
  const state = staged.replicaFile(organisation);
  await using transport = await Transport.open({ home: staged, log: () => undefined, organisation, state });
  return await lastVoteOf(staged, organisation, transport.fetch);
}

// Before the folder has its name, so that there is no engine's home without its guard.
async function guardVotes(staged: Home, organisation: string, stoppedAt: number | undefined) {
  const folder = staged.engineFolder(organisation);
  if (!existsSync(folder)) return { isKeyOld: false };
  const keys = [readEngineKeys(folder), upcomingEngineKeys(folder)];
  const lastVote = stoppedAt === undefined ? await askOthers(staged, organisation) : undefined;
  const guard = stoppedAt ?? lastVote?.height ?? 0;
  writeVoteGuard(folder, guard);
  const isKeyOld = lastVote !== undefined && keys.every(({ validator }) => lastVote.member?.key !== validator.x);
  return { guard, isKeyOld, ...(lastVote === undefined ? {} : { lastVote }) };
}

async function install(staged: Home, home: Home, organisation: string): Promise<void> {
  for (const [from, to] of [
    [staged.genesisFile, home.genesisFile],
    [staged.networkFile, home.networkFile],
  ] as const)
    if (!existsSync(to)) replaceFile(to, readFileSync(from));
  assertFree(home, organisation);
  await rename(staged.organisation(organisation), home.organisation(organisation));
  syncFolder(home.path);
}

/**
 * Puts a backup into a home where its organisation has no folder. The node that starts from it neither votes nor cosigns
 * a second time: its engine is kept from every height that it may have voted at, and its witness asks the others first
 * what it cosigned (PROTOCOL O-6). Its application and its engine begin empty and take the blocks from the others.
 *
 * @param stoppedAt instead of the others' answers: the operator's word that the validator voted at no greater height
 * @throws Refusal `backup/damaged`, `restore/…`, `node/running`, `cli/file`
 */
export async function restore(
  home: Home,
  organisation: string,
  { from, stoppedAt }: { readonly from: string; readonly stoppedAt?: number | undefined },
): Promise<Restored> {
  assertFree(home, organisation);
  const manifest = await manifestIn(from, organisation);
  const staged = new Home(join(home.path, `.restoring-${organisation}`));
  await rm(staged.path, { force: true, recursive: true });
  makeFolder(staged.path);
  try {
    await copyAll(from, manifest, staged);
    takeShared(home, staged);
    const votes = await guardVotes(staged, organisation, stoppedAt);
    await install(staged, home, organisation);
    return { manifest, ...votes };
  } finally {
    await rm(staged.path, { force: true, recursive: true });
  }
}
