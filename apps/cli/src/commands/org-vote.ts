import { readFile } from "node:fs/promises";
import { canonicalBytes, decodeCanonical } from "@firmament/core/codec";
import { type Action, tables } from "@firmament/core/registry";
import { currentRecord, listRecords, type Receipt } from "@firmament/replica";
import type { Command } from "commander";
import { keyText } from "../ceremony/fingerprint.ts";
import { type CommonOptions, common, examples, withSession } from "../context.ts";
import { refuse } from "../errors.ts";
import type { Report } from "../output.ts";
import { closing } from "../publish.ts";
import { receiptReport } from "../receipt-report.ts";
import { parseActor, type Session } from "../session.ts";

interface VoteOptions extends CommonOptions {
  readonly as: string;
}

/** Opens a proposal as one organisation's administrator. */
export function propose(session: Session, organisation: string, action: Action): Promise<Receipt> {
  return session.submit({ actor: "admin", organisation }, "proposal.create", { action });
}

async function readAction(path: string): Promise<Action> {
  const written = await readFile(path, "utf8").catch((cause: unknown) => {
    throw refuse("cli/file", path, { cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch (cause) {
    throw refuse("cli/usage", `${path} is no JSON.`, { cause });
  }
  return decodeCanonical(canonicalBytes(value)) as unknown as Action;
}

// In full, since nobody votes for a digest; a key also by its id, as the member file is read out with.
function actionLines(action: Action): readonly string[] {
  const admin = "admin" in action && action.admin !== undefined ? [`  administrator ${keyText(action.admin.key)}`] : [];
  return [`  ${JSON.stringify(action)}`, ...admin];
}

async function vote(session: Session, proposal: string, options: VoteOptions): Promise<Report> {
  const as = parseActor(options.as);
  using database = closing(session.replica(as.organisation));
  const found = currentRecord(database.value, tables.proposal, proposal);
  const { json, lines } = receiptReport("voted", await session.submit(as, "proposal.vote", { proposal }));
  return { json, lines: [...lines, ...(found === undefined ? [] : actionLines(found.action))] };
}

function openProposals(session: Session, organisation: string): Report {
  using database = closing(session.replica(organisation));
  const found = listRecords(database.value, tables.proposal)
    .filter(({ record }) => record.status === "open")
    .map(({ parts, record }) => ({ proposal: parts[0] ?? "", ...record }));
  const lines = found.flatMap(({ action, proposal, votes }) => [
    proposal,
    ...actionLines(action),
    `  voted: ${votes.map((vote) => vote.organisation).join(", ")}`,
  ]);
  return { json: found, lines: found.length === 0 ? ["no proposal is open"] : lines };
}

/** The commands by which organisations decide together. */
export function addVoting(org: Command): void {
  common(org.command("propose").description("open a proposal; its file holds the action as JSON"))
    .argument("<file>", 'JSON such as {"type":"organisation.suspend","organisation":"delta.example"}')
    .requiredOption("--as <organisation/actor>", "who proposes")
    .addHelpText("after", examples("org propose suspend.json --as acme.example/admin"))
    .action((path: string, options: VoteOptions) =>
      withSession(options, async (session) =>
        receiptReport(
          "proposed",
          await session.submit(parseActor(options.as), "proposal.create", { action: await readAction(path) }),
        ),
      ),
    );
  common(org.command("vote").description("vote for a proposal"))
    .argument("<proposal>", "digest of the proposal")
    .requiredOption("--as <organisation/actor>", "who votes")
    .addHelpText("after", examples("org vote p3Xq… --as bravo.example/admin"))
    .action((proposal: string, options: VoteOptions) =>
      withSession(options, (session) => vote(session, proposal, options)),
    );
  common(org.command("proposals").description("open proposals, each with its action and who voted"))
    .requiredOption("--as <organisation/actor>", "whose replica is read")
    .addHelpText("after", examples("org proposals --as bravo.example/admin"))
    .action((options: VoteOptions) =>
      withSession(options, (session) => Promise.resolve(openProposals(session, parseActor(options.as).organisation))),
    );
}
