import { readFile } from "node:fs/promises";
import { Refusal } from "@firmament/core/errors";
import type { PublicKey, Signer } from "@firmament/core/keys";
import type { Action, Possession, Role } from "@firmament/core/registry";
import { tables } from "@firmament/core/registry";
import { publicKeyFromPem, publicKeyToPem } from "@firmament/crypto";
import { listRecords } from "@firmament/replica";
import type { Command } from "commander";
import { collect, type CommonOptions, common, examples, withSession } from "../context.ts";
import { refuse } from "../errors.ts";
import { type Report, table } from "../output.ts";
import { closing } from "../publish.ts";
import { receiptReport } from "../receipt-report.ts";
import { parseActor, type Session } from "../session.ts";
import { addDeclarations } from "./org-declare.ts";
import { addMembership } from "./org-membership.ts";
import { addVoting, propose } from "./org-vote.ts";

interface OrgOptions extends CommonOptions {
  readonly as: string;
  readonly actor?: string;
  readonly key?: string;
  readonly proof?: string;
  readonly organisation?: string;
  readonly role: readonly string[];
}

// The others may have decided meanwhile.
async function voteWhileOpen(session: Session, organisation: string, proposal: string): Promise<void> {
  try {
    await session.submit({ actor: "admin", organisation }, "proposal.vote", { proposal });
  } catch (cause) {
    if (!(cause instanceof Refusal) || cause.code !== "proposal/closed") throw cause;
  }
}

/** Opens a proposal and has every other administrator in this home vote, all at once. */
export async function decideTogether(
  session: Session,
  organisations: readonly string[],
  action: Action,
): Promise<void> {
  const [first = "", ...others] = organisations;
  const { result } = await propose(session, first, action);
  const { decided, proposal } = result as { readonly decided: boolean; readonly proposal: string };
  if (decided) return;
  await Promise.all(others.map((organisation) => voteWhileOpen(session, organisation, proposal)));
}

/** A public key with the proof that its holder wants to be enrolled. */
export interface ProvenKey {
  readonly key: PublicKey;
  readonly proof: string;
}

/** Where a command takes a key from: an actor of this home, or a file with its proof. */
export interface KeySource {
  readonly key?: string;
  readonly proof?: string;
}

/** The key of a file with its proof, or of a signer of this home, which proves itself. @throws Refusal `cli/usage` */
export async function provenKey(
  session: Session,
  source: KeySource,
  own: () => Promise<Signer>,
  claim: { readonly organisation: string; readonly purpose: Possession["purpose"] },
): Promise<ProvenKey> {
  if (source.key === undefined) {
    const holder = await own();
    return { key: holder.key, proof: await session.prove(holder, claim.organisation, claim.purpose) };
  }
  if (source.proof === undefined) throw refuse("cli/usage", "--key needs --proof, which the key's holder makes.");
  return { key: publicKeyFromPem(await readFile(source.key, "utf8")), proof: source.proof };
}

async function enrol(session: Session, options: OrgOptions): Promise<Report> {
  const as = parseActor(options.as);
  const own = () => {
    if (options.actor === undefined) throw refuse("cli/usage", "Name --actor, or --key and --proof.");
    return session.signer(parseActor(`${as.organisation}/${options.actor}`));
  };
  const claim = { organisation: as.organisation, purpose: "transaction" } as const;
  const body = { ...(await provenKey(session, options, own, claim)), roles: [...options.role].sort() as Role[] };
  return receiptReport("enrolled", await session.submit(as, "identity.enrol", body));
}

async function prove(session: Session, options: OrgOptions): Promise<Report> {
  const as = parseActor(options.as);
  const purpose = as.actor === "author" ? "manifest" : "transaction";
  const holder = await session.signer(as, purpose);
  const organisation = options.organisation ?? as.organisation;
  const proof = await session.prove(holder, organisation, purpose);
  return { json: { kid: holder.kid, organisation, proof, purpose }, lines: [proof] };
}

function list(session: Session, options: OrgOptions): Report {
  using database = closing(session.replica(parseActor(options.as).organisation));
  const organisations = listRecords(database.value, tables.organisation).map(({ parts, record }) => ({
    name: parts[0] ?? "",
    ...record,
  }));
  const identities = listRecords(database.value, tables.identity).map(({ parts, record }) => ({
    kid: parts[0] ?? "",
    ...record,
  }));
  identities.sort((a, b) => (a.organisation < b.organisation ? -1 : a.organisation > b.organisation ? 1 : 0));
  const rows = identities.map((each) => [each.organisation, each.roles.join(","), each.status, each.kid]);
  return {
    json: { organisations, identities },
    lines: [
      ...table([["ORGANISATION", "STATUS"], ...organisations.map((each) => [each.name, each.status])]),
      "",
      ...table([["ORGANISATION", "ROLES", "STATUS", "KEY"], ...rows]),
    ],
  };
}

export function addOrg(program: Command): void {
  const org = program.command("org").description("organisations, identities, proposals and votes");
  common(org.command("list").description("organisations and identities, from an own replica"))
    .requiredOption("--as <organisation/actor>", "whose replica is read")
    .addHelpText("after", examples("org list --as acme.example/admin"))
    .action((options: OrgOptions) => withSession(options, (session) => Promise.resolve(list(session, options))));
  common(org.command("enrol").description("enrol an identity of the own organisation"))
    .requiredOption("--as <organisation/actor>", "the administrator")
    .option("--actor <name>", "actor of this home whose key is enrolled")
    .option("--key <pem>", "or a file with a public key")
    .option("--proof <signature>", "with --key: the holder's proof")
    .option("--role <role>", "role of the identity; may stand several times", collect, [])
    .addHelpText("after", examples("org enrol --as charlie.example/admin --actor approver --role approver"))
    .action((options: OrgOptions) => withSession(options, (session) => enrol(session, options)));
  common(org.command("revoke").description("revoke an identity of the own organisation"))
    .argument("<kid>", "key id of the identity")
    .requiredOption("--as <organisation/actor>", "the administrator")
    .addHelpText("after", examples("org revoke Zq1c… --as charlie.example/admin"))
    .action((identity: string, options: OrgOptions) =>
      withSession(options, async (session) =>
        receiptReport("revoked", await session.submit(parseActor(options.as), "identity.revoke", { identity })),
      ),
    );
  common(org.command("key").description("print an actor's public key as PEM"))
    .argument("<purpose>", "purpose of the key, such as transaction or manifest")
    .requiredOption("--as <organisation/actor>", "whose key")
    .addHelpText("after", examples("org key manifest --as acme.example/author"))
    .action((purpose: string, options: OrgOptions) =>
      withSession(options, async (session) => {
        const { key, kid } = await session.signer(parseActor(options.as), purpose);
        return { json: { kid, key }, lines: publicKeyToPem(key).trimEnd().split("\n") };
      }),
    );
  common(
    org.command("prove").description("prove that a key's holder wants to be enrolled, for an administrator to use"),
  )
    .requiredOption("--as <organisation/actor>", "whose key")
    .option("--organisation <name>", "which organisation may enrol it; the own one by default")
    .addHelpText("after", examples("org prove --as charlie.example/approver"))
    .action((options: OrgOptions) => withSession(options, (session) => prove(session, options)));
  addVoting(org);
  addMembership(org);
  addDeclarations(org);
}
