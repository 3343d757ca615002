import { toHex } from "@firmament/core/bytes";
import { passphraseFromEnvironment } from "@firmament/crypto";
import { Home } from "@firmament/server/home";
import type { Command } from "commander";
import { addressesOf, type Place } from "../ceremony/addresses.ts";
import { heldKeys } from "../ceremony/held-keys.ts";
import { decodeMemberFile, type Member, memberDigest } from "../ceremony/member-file.ts";
import { memberLines } from "../ceremony/member-words.ts";
import { connectMember, disconnectMember } from "../ceremony/network-file.ts";
import { certify, createMember, memberFileOf, restate } from "../ceremony/own-member.ts";
import { assertFree, memberAt, writeNewFile } from "../ceremony/public-file.ts";
import { beginRotation, endRotations, rotated } from "../ceremony/rotation.ts";
import { trustInForce } from "../ceremony/trust-in-force.ts";
import { collect, type CommonOptions, common, examples, report, withSession } from "../context.ts";
import { refuse } from "../errors.ts";
import type { Report } from "../output.ts";
import { closing } from "../publish.ts";
import { now } from "../session.ts";

interface MemberOptions extends CommonOptions {
  readonly organisation: string;
  readonly out?: string;
}

interface CreateOptions extends MemberOptions, Place {
  readonly joins?: string;
}

interface RotateOptions extends MemberOptions {
  readonly key: string;
}

const outOf = ({ organisation }: MemberOptions): string => `${organisation}.member.json`;

function memberReport(member: Member, path: string): Report {
  return {
    json: { fingerprint: toHex(memberDigest(member)), member, path },
    lines: [...memberLines(member), "", `written to ${path}; others compare the fingerprint with you by voice`],
  };
}

async function writeMember(bytes: Uint8Array, path: string): Promise<Report> {
  await writeNewFile(path, bytes);
  return memberReport(decodeMemberFile(bytes).statement, path);
}

async function create(options: CreateOptions): Promise<Report> {
  const { engine, joins, organisation: name, out = outOf(options) } = options;
  assertFree(out);
  const addresses = addressesOf(options);
  const member = { addresses, joins, name, time: now(), validator: engine === "cometbft" };
  return writeMember(await createMember(new Home(options.home), member), out);
}

async function rotate(options: RotateOptions): Promise<Report> {
  const purpose = rotated.find((each) => each === options.key);
  if (purpose === undefined) throw refuse("cli/usage", `--key ${options.key}; keys are ${rotated.join(", ")}.`);
  const home = new Home(options.home);
  const { organisation, out = outOf(options) } = options;
  assertFree(out);
  const { addresses } = await memberAt(memberFileOf(home, organisation));
  const passphrase = await passphraseFromEnvironment();
  // All of them sign the member file: one that is away is missed before anything changes.
  await heldKeys(home, organisation, passphrase);
  await beginRotation(home, organisation, purpose, passphrase);
  const bytes = await restate(home, { addresses, name: organisation, time: now() });
  return writeMember(bytes, out);
}

async function renew({ home: path, organisation }: MemberOptions): Promise<Report> {
  const home = new Home(path);
  await certify(home, await memberAt(memberFileOf(home, organisation)), now());
  return {
    json: { organisation },
    lines: [`the services of ${organisation} have a new certificate; running ones take it within seconds`],
  };
}

function adopt(options: MemberOptions): Promise<void> {
  return withSession(options, async (session) => {
    const { organisation } = options;
    using replica = closing(session.replica(organisation));
    const { document: inForce } = trustInForce(replica.value);
    const passphrase = await passphraseFromEnvironment();
    const changed = await endRotations(session.home, organisation, { inForce, passphrase });
    const lines = changed.map((purpose) => `the new ${purpose} key is the ${purpose} key of ${organisation}`);
    return {
      json: { changed },
      lines: [
        ...lines,
        ...(changed.includes("cosigner") ? ["restart the node: it cosigns with the new key then"] : []),
      ],
    };
  });
}

async function showMember(path: string): Promise<Report> {
  const member = await memberAt(path);
  return { json: { fingerprint: toHex(memberDigest(member)), member }, lines: memberLines(member) };
}

async function connect(path: string, { home }: CommonOptions): Promise<Report> {
  const member = await memberAt(path);
  await connectMember(new Home(home), member);
  return {
    json: { connected: member.name, fingerprint: toHex(memberDigest(member)) },
    lines: [...memberLines(member), "", `${member.name} has a place in network.json; restart the node`],
  };
}

async function disconnect(organisation: string, { home }: CommonOptions): Promise<Report> {
  await disconnectMember(new Home(home), organisation);
  return { json: { disconnected: organisation }, lines: [`${organisation} left network.json; restart the node`] };
}

function addOwn(member: Command): void {
  common(member.command("create").description("make all keys of an organisation at home, and state its public half"))
    .requiredOption("--organisation <name>", "name of the organisation")
    .requiredOption("--address <host>", "host name or IP address under which others reach its services")
    .option("--engine <name>", "cometbft: it runs a validator; sqlite: one organisation orders the ledger", "cometbft")
    .option("--port <n>", "first of the five ports that its services use", "4700")
    .option("--peer-port <n>", "port of its engine", "26656")
    .option("--runs <agent>", "agent that it runs: author, register or retrieval; may stand several times", collect, [])
    .option("--joins <ledger>", "id of the ledger that it joins; a founder joins none")
    .option("--out <file>", "where the member file goes; <organisation>.member.json by default")
    .addHelpText(
      "after",
      examples("member create --home /srv/firmament --organisation alpha.example --address 10.0.0.1 --runs author"),
    )
    .action((options: CreateOptions) => report(options, () => create(options)));
  common(member.command("rotate").description("make a new root or cosigner key, which the next trust root brings in"))
    .requiredOption("--organisation <name>", "own organisation")
    .requiredOption("--key <purpose>", "root or cosigner")
    .option("--out <file>", "where the member file goes; <organisation>.member.json by default")
    .addHelpText("after", examples("member rotate --organisation alpha.example --key cosigner --out next.member.json"))
    .action((options: RotateOptions) => report(options, () => rotate(options)));
  common(member.command("adopt").description("put the new key in the old one's place, once the trust root names it"))
    .requiredOption("--organisation <name>", "own organisation")
    .addHelpText("after", examples("member adopt --organisation alpha.example"))
    .action((options: MemberOptions) => adopt(options));
}

function addRenewal(member: Command): void {
  common(member.command("certify").description("issue a new certificate to the own services: each lasts 90 days"))
    .requiredOption("--organisation <name>", "own organisation")
    .addHelpText("after", examples("member certify --organisation alpha.example"))
    .action((options: MemberOptions) => report(options, () => renew(options)));
}

export function addMember(program: Command): void {
  const member = program.command("member").description("an organisation's own keys, and what it says of itself");
  addOwn(member);
  addRenewal(member);
  member
    .command("show")
    .description("check a member file, and say what is in it")
    .argument("<file>", "member file")
    .option("--json", "print one JSON value instead of text")
    .addHelpText("after", examples("member show alpha.example.member.json"))
    .action((path: string, options: { readonly json?: boolean }) => report(options, () => showMember(path)));
  common(member.command("connect").description("enter a member's addresses into this home's network.json"))
    .argument("<file>", "member file")
    .addHelpText("after", examples("member connect echo.example.member.json"))
    .action((path: string, options: CommonOptions) => report(options, () => connect(path, options)));
  common(member.command("disconnect").description("take an organisation out of this home's network.json"))
    .argument("<organisation>", "name")
    .addHelpText("after", examples("member disconnect delta.example"))
    .action((organisation: string, options: CommonOptions) => report(options, () => disconnect(organisation, options)));
}
