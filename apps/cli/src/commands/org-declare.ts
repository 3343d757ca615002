import { signPossession } from "@firmament/agents/signing";
import { decodeTransaction } from "@firmament/core/registry";
import type { Body, TransactionType } from "@firmament/core/registry";
import { nodeCrypto, passphraseFromEnvironment } from "@firmament/crypto";
import { readEngineKeys } from "@firmament/server/engine";
import type { Command } from "commander";
import { heldAuthority } from "../ceremony/authority.ts";
import { writeNewFile } from "../ceremony/public-file.ts";
import { type CommonOptions, common, examples, withSession } from "../context.ts";
import { refuse } from "../errors.ts";
import { bytesOf } from "../log/remembered.ts";
import type { Report } from "../output.ts";
import { receiptReport } from "../receipt-report.ts";
import { type ActorRef, parseActor, type Session } from "../session.ts";

// Within the ten minutes of X-5, less what an idle ledger's time is behind.
const CARRIED_LIFETIME = 540;

interface DeclareOptions extends CommonOptions {
  readonly as: string;
  readonly out?: string;
}

async function declaration(session: Session, { organisation }: ActorRef): Promise<Body<"node.declare">> {
  const { peer, signer, validator } = readEngineKeys(session.home.engineFolder(organisation));
  const { ledger } = session.genesis;
  return { peer, proof: await signPossession(signer, { ledger, organisation, purpose: "validator" }), validator };
}

async function authority(session: Session, { organisation }: ActorRef): Promise<Body<"organisation.authority">> {
  const held = await heldAuthority(session.home, organisation, await passphraseFromEnvironment());
  if (held === undefined) throw refuse("cli/usage", `${organisation} has no authority in this home.`);
  return { certificate: held.certificate };
}

// An organisation that the ledger does not let in yet has another one carry what it signed.
async function declare<T extends TransactionType>(
  session: Session,
  type: T,
  body: (as: ActorRef) => Promise<Body<T>>,
  options: DeclareOptions,
): Promise<Report> {
  const as = parseActor(options.as);
  if (options.out === undefined) return receiptReport("declared", await session.submit(as, type, await body(as)));
  await writeNewFile(options.out, await session.sign(as, type, await body(as), CARRIED_LIFETIME));
  return {
    json: { transaction: options.out },
    lines: [`signed: ${options.out}; another organisation carries it within ${CARRIED_LIFETIME / 60} minutes`],
  };
}

async function carry(session: Session, path: string, organisation: string): Promise<Report> {
  const bytes = await bytesOf(path);
  const { body, type } = decodeTransaction(nodeCrypto, bytes);
  const report = receiptReport(`carried ${type}`, await session.carry(organisation, bytes));
  return { ...report, lines: [...report.lines, `  ${JSON.stringify(body)}`] };
}

/** The commands by which an organisation tells the ledger of its own machines. */
export function addDeclarations(org: Command): void {
  const command = (name: string, description: string): Command =>
    common(org.command(name).description(description))
      .requiredOption("--as <organisation/actor>", "the administrator who signs")
      .option("--out <file>", "write the signed transaction for another organisation to carry")
      .addHelpText("after", examples(`org ${name} --as echo.example/admin`));
  command("declare", "declare the peer and the consensus key of the own validator").action((options: DeclareOptions) =>
    withSession(options, (session) => declare(session, "node.declare", (as) => declaration(session, as), options)),
  );
  command("authority", "put the own certificate authority on the ledger").action((options: DeclareOptions) =>
    withSession(options, (session) =>
      declare(session, "organisation.authority", (as) => authority(session, as), options),
    ),
  );
  common(org.command("carry").description("hand a transaction that another organisation signed to the ledger"))
    .argument("<file>", "signed transaction")
    .requiredOption("--organisation <name>", "own organisation, whose front of the ledger is used")
    .addHelpText("after", examples("org carry echo-node.json --organisation alpha.example"))
    .action((path: string, options: CommonOptions & { readonly organisation: string }) =>
      withSession(options, (session) => carry(session, path, options.organisation)),
    );
}
