import { fromBase64url, toHex } from "@firmament/core/bytes";
import { decodeGenesis } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { decodeNetwork, Home } from "@firmament/server/home";
import type { Command } from "commander";
import { decodeDraft, type Draft, draftedLedger, makeDraft } from "../ceremony/draft.ts";
import { draftLines } from "../ceremony/draft-words.ts";
import { fingerprint } from "../ceremony/fingerprint.ts";
import { assertJoins, assertSealed, draftedNetwork, install, sealGenesis, signDraft } from "../ceremony/founding.ts";
import { decodeMemberFile } from "../ceremony/member-file.ts";
import { withMember } from "../ceremony/network-file.ts";
import { memberFileOf } from "../ceremony/own-member.ts";
import { memberAt, writeNewFile } from "../ceremony/public-file.ts";
import { decodeSignatureFile } from "../ceremony/signature-file.ts";
import { collect, type CommonOptions, common, examples, report } from "../context.ts";
import { refuse } from "../errors.ts";
import { bytesOf } from "../log/remembered.ts";
import type { Report } from "../output.ts";

interface DraftOptions {
  readonly json?: boolean;
  readonly member: readonly string[];
  readonly domain: string;
  readonly name: string;
  readonly freshness: string;
  readonly out: string;
}

interface SealOptions {
  readonly json?: boolean;
  readonly signature: readonly string[];
  readonly out: string;
}

interface SignOptions extends CommonOptions {
  readonly organisation: string;
  readonly out: string;
}

interface InstallOptions extends CommonOptions {
  readonly organisation: string;
  readonly draft?: string;
  readonly network?: string;
}

const draftAt = async (path: string): Promise<Draft> => decodeDraft(await bytesOf(path));

function drafted(draft: Draft, lines: readonly string[]): Report {
  const { digest, ledger } = draftedLedger(draft);
  return { json: { fingerprint: toHex(fromBase64url(digest)), genesis: draft.genesis, ledger }, lines };
}

// What founders compare by voice: the same draft has the same ledger id and fingerprint everywhere.
function briefly(draft: Draft, done: string): Report {
  const { digest, ledger } = draftedLedger(draft);
  return drafted(draft, [`ledger ${ledger}`, `fingerprint ${fingerprint(fromBase64url(digest))}`, done]);
}

async function make(options: DraftOptions): Promise<Report> {
  const members = await Promise.all(options.member.map(async (path) => decodeMemberFile(await bytesOf(path))));
  const terms = { domain: options.domain, freshness: Number(options.freshness), name: options.name };
  const bytes = makeDraft(terms, members);
  await writeNewFile(options.out, bytes);
  return briefly(decodeDraft(bytes), `written to ${options.out}; every founder reads it with genesis show`);
}

async function sign(path: string, options: SignOptions): Promise<Report> {
  const draft = await draftAt(path);
  await writeNewFile(options.out, await signDraft(new Home(options.home), options.organisation, draft));
  return briefly(draft, `signed for ${options.organisation}: ${options.out}`);
}

async function seal(path: string, options: SealOptions): Promise<Report> {
  const draft = await draftAt(path);
  const files = await Promise.all(options.signature.map(async (each) => decodeSignatureFile(await bytesOf(each))));
  await writeNewFile(options.out, sealGenesis(draft, files));
  return briefly(draft, `signed by all ${draft.members.length} founders: ${options.out}`);
}

async function networkFor(genesis: Uint8Array, { draft, home, network, organisation }: InstallOptions) {
  if ((draft === undefined) === (network === undefined))
    throw refuse("cli/usage", "A founder names --draft, who joins later --network.");
  if (network !== undefined) {
    const own = await memberAt(memberFileOf(new Home(home), organisation));
    assertJoins(own, genesis);
    return withMember(decodeNetwork(await bytesOf(network)), own);
  }
  const found = await draftAt(draft ?? "");
  assertSealed(found, genesis);
  return draftedNetwork(found);
}

async function installAt(path: string, options: InstallOptions): Promise<Report> {
  const genesis = await bytesOf(path);
  const network = await networkFor(genesis, options);
  await install(new Home(options.home), { genesis, network, organisation: options.organisation });
  const { ledger } = decodeGenesis(nodeCrypto, genesis);
  return {
    json: { ledger, network },
    lines: [
      `${options.home} takes part in ${ledger}`,
      `next: firmament node run --organisation ${options.organisation}`,
    ],
  };
}

function addMaking(genesis: Command): void {
  genesis
    .command("draft")
    .description("draw up a genesis from member files; the same files give the same bytes")
    .requiredOption("--member <file>", "member file of a founder; stands once for each", collect, [])
    .requiredOption("--domain <domain>", "domain of the ledger's id")
    .requiredOption("--name <name>", "name of the ledger")
    .option("--freshness <seconds>", "age after which evidence is stale", "86400")
    .requiredOption("--out <file>", "where the draft goes")
    .option("--json", "print one JSON value instead of text")
    .addHelpText(
      "after",
      examples("genesis draft --member a.json --member b.json --domain example.org --name registry --out draft.json"),
    )
    .action((options: DraftOptions) => report(options, () => make(options)));
  genesis
    .command("show")
    .description("say what a draft founds: ledger id, thresholds, policy, every organisation and key")
    .argument("<draft>", "draft file")
    .option("--json", "print one JSON value instead of text")
    .addHelpText("after", examples("genesis show draft.json"))
    .action((path: string, options: { readonly json?: boolean }) =>
      report(options, async () => {
        const draft = await draftAt(path);
        return drafted(draft, draftLines(draft));
      }),
    );
}

function addSealing(genesis: Command): void {
  common(genesis.command("sign").description("sign a draft with the own root key, if it names the own keys"))
    .argument("<draft>", "draft file")
    .requiredOption("--organisation <name>", "who signs")
    .requiredOption("--out <file>", "where the signature file goes")
    .addHelpText("after", examples("genesis sign draft.json --organisation alpha.example --out alpha.signature.json"))
    .action((path: string, options: SignOptions) => report(options, () => sign(path, options)));
  genesis
    .command("seal")
    .description("put every founder's signature to a draft: the genesis file")
    .argument("<draft>", "draft file")
    .requiredOption("--signature <file>", "signature file; stands once for each founder", collect, [])
    .requiredOption("--out <file>", "where the genesis file goes")
    .option("--json", "print one JSON value instead of text")
    .addHelpText("after", examples("genesis seal draft.json --signature a.json --signature b.json --out genesis.json"))
    .action((path: string, options: SealOptions) => report(options, () => seal(path, options)));
  common(genesis.command("install").description("check a genesis file and put it into the own home"))
    .argument("<genesis>", "genesis file")
    .requiredOption("--organisation <name>", "whose home it is")
    .option("--draft <file>", "of a founder: the draft that was signed, for the members' addresses")
    .option("--network <file>", "of who joins later: network.json of a member")
    .addHelpText("after", examples("genesis install genesis.json --draft draft.json --organisation alpha.example"))
    .action((path: string, options: InstallOptions) => report(options, () => installAt(path, options)));
}

export function addGenesis(program: Command): void {
  const genesis = program.command("genesis").description("found a ledger together, without a shared secret");
  addMaking(genesis);
  addSealing(genesis);
}
