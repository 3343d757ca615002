import type { Command } from "commander";
import { collect, type CommonOptions, common, examples, withSession } from "../context.ts";
import { petition } from "../publish.ts";
import { parseActor } from "../session.ts";
import { provenKey } from "./org.ts";
import { receiptReport } from "../receipt-report.ts";

interface AuthorOptions extends CommonOptions {
  readonly as: string;
  readonly class: readonly string[];
  readonly vendor: string;
  readonly key?: string;
  readonly proof?: string;
  readonly text: string;
}

export function addAuthor(program: Command): void {
  const author = program.command("author").description("author keys: approve, petition for a token, revoke");
  common(author.command("approve").description("bind an author key to a vendor and classes"))
    .requiredOption("--as <organisation/actor>", "administrator of the vendor's organisation")
    .requiredOption("--vendor <vendor>", "vendor")
    .option("--class <class>", "class; may stand several times", collect, [])
    .option("--key <pem>", "file with the author's public key; the organisation's author key by default")
    .option("--proof <signature>", "with --key: the holder's proof")
    .addHelpText("after", examples("author approve --as acme.example/admin --vendor acme --class sensor"))
    .action((options: AuthorOptions) =>
      withSession(options, async (session) => {
        const as = parseActor(options.as);
        const own = () => session.signer({ actor: "author", organisation: as.organisation }, "manifest");
        const claim = { organisation: as.organisation, purpose: "manifest" } as const;
        const proven = await provenKey(session, options, own, claim);
        const body = { ...proven, classes: [...options.class].sort(), vendor: options.vendor };
        return receiptReport("approved", await session.submit(as, "author.approve", body));
      }),
    );
  common(author.command("petition").description("prove possession of the author key; the author agent keeps the token"))
    .requiredOption("--as <organisation/actor>", "whose author key, as in acme.example/author")
    .option("--text <line>", "a line for people", "")
    .addHelpText("after", examples("author petition --as acme.example/author"))
    .action((options: AuthorOptions) =>
      withSession(options, async (session) => {
        const { organisation } = parseActor(options.as);
        const key = await session.signer({ actor: "author", organisation }, "manifest");
        await petition(session, key, options.text);
        return { json: { author: key.kid, granted: true }, lines: [`granted: ${key.kid} may register for 30 minutes`] };
      }),
    );
  common(author.command("revoke").description("revoke an author key and all its entitlements"))
    .argument("<kid>", "key id of the author")
    .requiredOption("--as <organisation/actor>", "administrator of the author's organisation")
    .addHelpText("after", examples("author revoke tY2s… --as acme.example/admin"))
    .action((kid: string, options: AuthorOptions) =>
      withSession(options, async (session) =>
        receiptReport("revoked", await session.submit(parseActor(options.as), "author.revoke", { author: kid })),
      ),
    );
}
