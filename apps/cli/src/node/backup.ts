import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { backup as backupDatabase } from "node:sqlite";
import { show } from "@firmament/core/errors";
import { decodeGenesis } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { openDatabase } from "@firmament/replica";
import { replaceFile } from "@firmament/server/durable-file";
import { type Home, nodeUrl } from "@firmament/server/home";
import { now } from "../session.ts";
import { refuse } from "./errors.ts";
import { hashedCopy, hashOf } from "./hashed-copy.ts";
import { encodeManifest, MANIFEST, type Manifest, type ManifestFile } from "./manifest.ts";
import { filesToBackUp, REPLICA } from "./parts.ts";

const OTHERS = 0o077;
const ALL_PAGES = 2 ** 31 - 1;

async function claimPlace(out: string): Promise<void> {
  const found = await stat(out).catch(() => undefined);
  if (found === undefined) {
    await mkdir(out, { mode: 0o700, recursive: true });
    return;
  }
  if (!found.isDirectory() || (await readdir(out)).length > 0)
    throw refuse("backup/place", `${show(out)} is not empty.`);
  if ((found.mode & OTHERS) !== 0)
    throw refuse("backup/place", `${show(out)} has mode 0${(found.mode & 0o777).toString(8)}.`);
}

// In one step, which other processes' writes do not disturb; then without a log beside it.
async function copyReplica(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { mode: 0o700, recursive: true });
  const source = openDatabase(from, { readOnly: true });
  try {
    await backupDatabase(source, to, { rate: ALL_PAGES });
  } finally {
    source.close();
  }
  const copy = openDatabase(to);
  copy.exec("PRAGMA journal_mode = DELETE");
  copy.close();
  await chmod(to, 0o600);
}

// What was there when it was looked for may be gone: content that was let go, a file that another replaced.
async function copyIfThere(from: string, to: string) {
  try {
    return await hashedCopy(from, to);
  } catch (cause) {
    if (existsSync(from)) throw cause;
    await rm(to, { force: true });
    return undefined;
  }
}

/**
 * Copies what an organisation needs to stand up again, while its node runs. Keys stay as they are: those of the engine
 * and of its services' certificate are not encrypted.
 *
 * @param out folder of the backup, which nobody else may read
 * @returns the manifest, written last: a folder without one is no backup
 * @throws Refusal `backup/place`, `home/…`
 */
export async function backUp(
  home: Home,
  organisation: string,
  { content, out }: { readonly content: boolean; readonly out: string },
): Promise<Manifest> {
  nodeUrl(await home.network(), organisation);
  const { ledger } = decodeGenesis(nodeCrypto, await home.genesis());
  await claimPlace(out);
  const files: ManifestFile[] = [];
  const replica = join("organisation", REPLICA);
  if (existsSync(home.replicaFile(organisation))) {
    await copyReplica(home.replicaFile(organisation), join(out, replica));
    files.push({ path: replica, ...(await hashOf(join(out, replica))) });
  }
  const folder = home.organisation(organisation);
  const own = (await filesToBackUp(folder, content)).map(
    (each) => [join(folder, each), `organisation/${each}`] as const,
  );
  const shared = [
    [home.genesisFile, "genesis.json"],
    [home.networkFile, "network.json"],
  ] as const;
  for (const [from, path] of [...shared, ...own]) {
    const copied = await copyIfThere(from, join(out, path));
    if (copied !== undefined) files.push({ path, ...copied });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const manifest: Manifest = { files, ledger, organisation, time: now(), type: "firmament-backup/v1" };
  replaceFile(join(out, MANIFEST), encodeManifest(manifest));
  return manifest;
}
