#!/usr/bin/env node
/**
 * The one way into this repository. Runs on Node 20 or newer without any dependency: finds or installs Node 24,
 * installs the locked dependencies where they differ from package-lock.json, then runs what was asked.
 *
 *   firmament VERB …           the command line, apps/cli/src/main.ts, in the caller's folder
 *   firmament --run FILE …     a file of this repository with Node 24, in the repository's folder
 *   firmament --exec TOOL …    a tool of node_modules/.bin with Node 24, in the repository's folder
 *
 * FIRMAMENT_NO_INSTALL=1 never installs anything: for images that are built in advance, and for work without network.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const NODE_MAJOR = 24;
const NODE_VERSION = "24.21.0";
const ROOT = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
const TOOLCHAIN = join(ROOT, ".toolchain");
const CLI = "apps/cli/src/main.ts";
const FORWARDED = ["SIGTERM", "SIGHUP", "SIGINT"];
const AIMED_ELSEWHERE = ["allow_scripts", "call", "global", "omit", "package", "workspace", "workspaces"];

/** A condition that the reader can mend; printed without a stack. */
class Stop extends Error {}

function say(text) {
  process.stderr.write(`firmament: ${text}\n`);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** Runs a program to its end, hands our signals on, and resolves to its exit code or the signal that ended it. */
function run(command, args, options) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, options);
    const forward = (signal) => {
      // A terminal already sends Ctrl-C to the whole process group; a second one would look like impatience.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of FORWARDED) process.on(signal, forward);
    const settle = (finish) => {
      for (const signal of FORWARDED) process.off(signal, forward);
      finish();
    };
    child.on("error", (error) => settle(() => fail(error)));
    child.on("exit", (code, signal) => settle(() => done({ code, signal })));
  });
}

/** npm hands its own settings to what it starts; those that aim at another folder or package must not reach ours. */
function npmEnvironment(nodeFolder) {
  const env = environment(nodeFolder);
  for (const name of AIMED_ELSEWHERE) delete env[`npm_config_${name}`];
  return env;
}

async function npm(args, cwd, nodeFolder) {
  const options = { cwd, env: npmEnvironment(nodeFolder), stdio: ["ignore", 2, 2] };
  const { code, signal } = await run("npm", args, options).catch((cause) => {
    throw new Stop("npm was not found; install Node.js 20 or newer with npm.", { cause });
  });
  if (signal !== null) throw new Stop("the installation was interrupted.");
  return code === 0;
}

/** Names under which npm carries the Node binary of this machine, best first. They need no install script. */
function nodePackages() {
  const prefix = process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node";
  const name = `${prefix}-${process.platform}-${process.arch}`;
  return [
    { name, spec: `${name}@${NODE_VERSION}` },
    { name: "node", spec: `node@${NODE_VERSION}` },
    { name, spec: `${name}@${NODE_MAJOR}` },
  ];
}

/** Folder of the Node 24 to use, or undefined where none is here yet. */
function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR) return dirname(process.execPath);
  for (const { name } of nodePackages()) {
    const folder = join(TOOLCHAIN, "node_modules", name);
    const version = readJson(join(folder, "package.json"))?.version ?? "0";
    const bin = join(folder, "bin");
    if (Number.parseInt(version, 10) === NODE_MAJOR && existsSync(join(bin, "node"))) return bin;
  }
  return undefined;
}

async function works(node) {
  try {
    return (await run(node, ["--version"], { stdio: "ignore" })).code === 0;
  } catch {
    return false;
  }
}

async function installNode() {
  mkdirSync(TOOLCHAIN, { recursive: true });
  // npm 11 asks for consent to the `node` package's install script; elsewhere the field means nothing.
  writeFileSync(join(TOOLCHAIN, "package.json"), '{ "private": true, "allowScripts": { "node": true } }\n');
  for (const { name, spec } of nodePackages()) {
    say(
      `Node ${NODE_MAJOR} is needed, this is ${process.versions.node}: installing ${spec} into .toolchain (120 MB, once).`,
    );
    await npm(["install", "--prefix", TOOLCHAIN, "--no-save", "--no-package-lock", spec], TOOLCHAIN);
    const found = findNode();
    if (found !== undefined && (await works(join(found, "node")))) return found;
    rmSync(join(TOOLCHAIN, "node_modules", name), { recursive: true, force: true });
  }
  throw new Stop(`Node ${NODE_MAJOR} could not be installed. Check the network, or install it yourself and run again.`);
}

/** Every package of the lock stands in node_modules with the same bytes, by npm's own record of what it installed. */
function installedAsLocked() {
  const wanted = readJson(join(ROOT, "package-lock.json"))?.packages ?? {};
  const present = readJson(join(ROOT, "node_modules/.package-lock.json"))?.packages ?? {};
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes("node_modules/") || entry.optional || entry.devOptional || entry.peer) return true;
    const found = present[path];
    return found !== undefined && found.version === entry.version && found.integrity === entry.integrity;
  });
}

function dependenciesAreCurrent() {
  const stamp = join(ROOT, "node_modules/.firmament-lock");
  const lock = readFileSync(join(ROOT, "package-lock.json"));
  const expected = `${createHash("sha256").update(lock).digest("hex")} ${process.platform}-${process.arch}\n`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === expected) return true;
  if (!installedAsLocked()) return false;
  writeFileSync(stamp, expected);
  return true;
}

async function installDependencies(nodeFolder) {
  say("the dependencies differ from package-lock.json: running npm ci.");
  const done = await npm(["ci", "--include=dev", "--no-audit", "--no-fund"], ROOT, nodeFolder);
  if (!done) throw new Stop("npm ci failed; its reason stands above.");
  if (!dependenciesAreCurrent()) throw new Stop("npm ci ran, but node_modules still differs from package-lock.json.");
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** One installation at a time: a second launcher waits here, and takes over where the first one died. */
async function alone(work) {
  mkdirSync(TOOLCHAIN, { recursive: true });
  const lock = join(TOOLCHAIN, "install.lock");
  for (let waited = 0; ; waited++) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (waited === 0) say("waiting for another installation to end.");
    await sleep(250);
    const holder = existsSync(lock) ? Number.parseInt(readFileSync(lock, "utf8"), 10) : 0;
    if (holder > 0 && !isAlive(holder)) rmSync(lock, { force: true });
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Makes Node 24 and the dependencies ready; returns the folder of Node 24. */
async function prepare() {
  const found = findNode();
  const mayInstall = process.env.FIRMAMENT_NO_INSTALL !== "1";
  if (found !== undefined && (!mayInstall || dependenciesAreCurrent())) return found;
  if (!mayInstall) throw new Stop(`Node ${NODE_MAJOR} is missing and FIRMAMENT_NO_INSTALL=1 forbids to install it.`);
  return alone(async () => {
    const folder = findNode() ?? (await installNode());
    if (!dependenciesAreCurrent()) await installDependencies(folder);
    return folder;
  });
}

function environment(nodeFolder) {
  const folders = nodeFolder === undefined ? [] : [nodeFolder, join(ROOT, "node_modules/.bin")];
  const env = { ...process.env, PATH: [...folders, process.env.PATH].filter(Boolean).join(delimiter) };
  env.NODE_COMPILE_CACHE ??= join(TOOLCHAIN, "compile-cache");
  // npm names the Node that started it; what runs below uses ours, and the caller's folder is used up here.
  for (const name of ["NODE", "npm_node_execpath", "INIT_CWD"]) delete env[name];
  return env;
}

/** npm and npx start us in the package's folder and leave the folder that the caller stands in to INIT_CWD. */
function callerFolder() {
  const { INIT_CWD: caller, npm_package_json: manifest } = process.env;
  const startedByNpm = caller !== undefined && manifest !== undefined && dirname(manifest) === process.cwd();
  return startedByNpm && existsSync(caller) ? caller : process.cwd();
}

function commandOf(args, nodeFolder) {
  const [mode, target = "", ...rest] = args;
  if (mode === "--exec") return { command: target, args: rest, cwd: ROOT };
  const asked = mode === "--run" ? { file: target, args: rest, cwd: ROOT } : { file: CLI, args, cwd: callerFolder() };
  const file = resolve(ROOT, asked.file);
  if (!existsSync(file)) throw new Stop(`${asked.file} does not exist in this version of the repository.`);
  const node = join(nodeFolder, "node");
  return { command: node, args: ["--disable-warning=ExperimentalWarning", file, ...asked.args], cwd: asked.cwd };
}

async function main() {
  const nodeFolder = await prepare();
  const { command, args, cwd } = commandOf(process.argv.slice(2), nodeFolder);
  const { code, signal } = await run(command, args, { cwd, env: environment(nodeFolder), stdio: "inherit" });
  if (signal === null) return code;
  process.kill(process.pid, signal);
  // Reached only where the signal's default does not end a process.
  return 128 + (constants.signals[signal] ?? 0);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Stop) && error?.code !== "ENOENT") throw error;
  say(error.message);
  process.exitCode = 1;
}
