import { fromUtf8, toBase64url } from "@firmament/core/bytes";
import { assertTrustStep, type TrustSignature } from "@firmament/core/trust";
import { nodeCrypto, passphraseFromEnvironment } from "@firmament/crypto";
import { Home } from "@firmament/server/home";
import type { Command } from "commander";
import { nextTrust } from "../ceremony/next-trust.ts";
import { memberAt, writeNewFile } from "../ceremony/public-file.ts";
import { decodeSignatureFile, gather } from "../ceremony/signature-file.ts";
import { decodeTrustDraft, encodeTrustDraft, type TrustDraft } from "../ceremony/trust-draft.ts";
import { assertEnrolledAdmins, assertInForce, trustInForce } from "../ceremony/trust-in-force.ts";
import { signTrustDraft } from "../ceremony/trust-signing.ts";
import { changesOf, draftReport } from "../ceremony/trust-report.ts";
import { trustLines } from "../ceremony/trust-words.ts";
import { collect, type CommonOptions, common, examples, report, withSession } from "../context.ts";
import { refuse } from "../errors.ts";
import { bytesOf } from "../log/remembered.ts";
import type { Report } from "../output.ts";
import { closing } from "../publish.ts";
import { receiptReport } from "../receipt-report.ts";
import { parseActor, Session } from "../session.ts";

interface TrustOptions extends CommonOptions {
  readonly organisation: string;
}

interface DraftOptions extends TrustOptions {
  readonly add: readonly string[];
  readonly replace: readonly string[];
  readonly remove: readonly string[];
  readonly faults?: string;
  readonly freshness?: string;
  readonly rootThreshold?: string;
  readonly threshold?: string;
  readonly until?: string;
  readonly out: string;
}

interface SignOptions extends TrustOptions {
  readonly offline?: boolean;
  readonly out: string;
}

interface SignaturesOptions extends CommonOptions {
  readonly signature: readonly string[];
}

interface SubmitOptions extends SignaturesOptions {
  readonly as: string;
}

const draftAt = async (path: string): Promise<TrustDraft> => decodeTrustDraft(await bytesOf(path));

async function signaturesOf(
  { before, next }: TrustDraft,
  paths: readonly string[],
): Promise<readonly TrustSignature[]> {
  const files = await Promise.all(paths.map(async (path) => decodeSignatureFile(await bytesOf(path))));
  return gather(next, files, before);
}

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-9]{1,12}$/.test(text)) throw refuse("cli/usage", `${option} ${text} is no number.`);
  return Number(text);
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined || /^[0-9]+$/.test(text)) return numberOf("--until", text);
  const found = Date.parse(text) / 1000;
  if (!Number.isSafeInteger(found)) throw refuse("cli/usage", `--until ${text} is no time.`);
  return found;
}

async function makeDraft(session: Session, options: DraftOptions): Promise<Report> {
  const [add, replace] = await Promise.all(
    [options.add, options.replace].map((paths) => Promise.all(paths.map(memberAt))),
  );
  using replica = closing(session.replica(options.organisation));
  const before = trustInForce(replica.value);
  assertEnrolledAdmins(replica.value, [...(add ?? []), ...(replace ?? [])]);
  const next = nextTrust(before, {
    add: add ?? [],
    faults: numberOf("--faults", options.faults),
    freshness: numberOf("--freshness", options.freshness),
    remove: options.remove,
    replace: replace ?? [],
    rootThreshold: numberOf("--root-threshold", options.rootThreshold),
    threshold: numberOf("--threshold", options.threshold),
    until: secondsOf(options.until),
  });
  await writeNewFile(options.out, encodeTrustDraft({ before, next }));
  return draftReport({ before, next }, []);
}

async function show(path: string | undefined, options: SignaturesOptions & { readonly organisation?: string }) {
  if (path !== undefined) {
    const draft = await draftAt(path);
    return draftReport(draft, await signaturesOf(draft, options.signature));
  }
  if (options.organisation === undefined) throw refuse("cli/usage", "Name a draft, or --organisation.");
  const session = await Session.open(options.home);
  using replica = closing(session.replica(options.organisation));
  const found = trustInForce(replica.value);
  return { json: { digest: found.digest, document: found.document }, lines: trustLines(found) };
}

async function sign(path: string, options: SignOptions): Promise<Report> {
  const draft = await draftAt(path);
  const { organisation } = options;
  if (options.offline !== true) {
    const session = await Session.open(options.home);
    using replica = closing(session.replica(organisation));
    assertInForce(draft.before, replica.value);
  }
  const home = new Home(options.home);
  const passphrase = await passphraseFromEnvironment();
  await writeNewFile(options.out, await signTrustDraft(home, organisation, { draft, passphrase }));
  const compared = options.offline === true ? ["not compared with the ledger: compare both digests by voice"] : [];
  return {
    json: { digest: draft.next.digest, organisation },
    lines: [
      `signed trust/${draft.next.document.version} ${draft.next.digest} for ${organisation}; what it changes:`,
      ...changesOf(draft),
      ...compared,
    ],
  };
}

// The ledger would refuse the same; here the refusal comes before anything is sent.
async function submit(session: Session, path: string, options: SubmitOptions): Promise<Report> {
  const as = parseActor(options.as);
  const draft = await draftAt(path);
  const { before, next } = draft;
  const signatures = await signaturesOf(draft, options.signature);
  using replica = closing(session.replica(as.organisation));
  assertInForce(before, replica.value);
  assertTrustStep(nodeCrypto, before, { document: next.bytes, signatures });
  const spelt = signatures.map(({ kid, signature }) => ({ kid, signature: toBase64url(signature) }));
  const body = { document: fromUtf8(next.bytes), signatures: spelt };
  return receiptReport(`trust/${next.document.version}`, await session.submit(as, "trust.next", body));
}

function addDrafting(trust: Command): void {
  common(trust.command("show").description("the trust root in force, or a draft: what it changes and who has to sign"))
    .argument("[draft]", "draft file; the trust root in force where there is none")
    .option("--organisation <name>", "without a draft: whose replica is read")
    .option("--signature <file>", "signature file to count; may stand several times", collect, [])
    .addHelpText(
      "after",
      examples("trust show --organisation alpha.example", "trust show next.json --signature alpha.signature.json"),
    )
    .action((path: string | undefined, options: SignaturesOptions) => report(options, () => show(path, options)));
  common(trust.command("draft").description("draw up the trust root that follows the one in force"))
    .requiredOption("--organisation <name>", "whose replica is read")
    .option("--add <file>", "member file of an organisation that was admitted; may stand several times", collect, [])
    .option("--remove <name>", "organisation that leaves; may stand several times", collect, [])
    .option("--replace <file>", "member file with a new root or cosigner key; may stand several times", collect, [])
    .option("--threshold <n>", "organisations that cosign")
    .option("--root-threshold <n>", "root keys that sign the next trust root")
    .option("--faults <n>", "dishonest organisations that it bears")
    .option("--freshness <seconds>", "age after which evidence is stale")
    .option("--until <time>", "new end of every cosigner's delegation, as 2028-01-01T00:00:00Z")
    .requiredOption("--out <file>", "where the draft goes")
    .addHelpText("after", examples("trust draft --organisation alpha.example --add echo.member.json --out next.json"))
    .action((options: DraftOptions) => withSession(options, (session) => makeDraft(session, options)));
}

function addSigning(trust: Command): void {
  common(trust.command("sign").description("sign a draft with the own root key"))
    .argument("<draft>", "draft file")
    .requiredOption("--organisation <name>", "who signs")
    .option("--offline", "on a machine without a replica: the draft is not compared with the ledger")
    .requiredOption("--out <file>", "where the signature file goes")
    .addHelpText("after", examples("trust sign next.json --organisation alpha.example --out alpha.signature.json"))
    .action((path: string, options: SignOptions) => report(options, () => sign(path, options)));
  common(trust.command("submit").description("put a draft that enough root keys signed on the ledger"))
    .argument("<draft>", "draft file")
    .requiredOption("--signature <file>", "signature file; may stand several times", collect, [])
    .requiredOption("--as <organisation/actor>", "the administrator who submits it")
    .addHelpText(
      "after",
      examples("trust submit next.json --signature a.json --signature b.json --as alpha.example/admin"),
    )
    .action((path: string, options: SubmitOptions) =>
      withSession(options, (session) => submit(session, path, options)),
    );
}

export function addTrust(program: Command): void {
  const trust = program.command("trust").description("the trust root: who cosigns, and who signs the next one");
  addDrafting(trust);
  addSigning(trust);
}
