import { tables } from "@firmament/core/registry";
import { currentRecord } from "@firmament/replica";
import type { Command } from "commander";
import { type CommonOptions, common, examples, withSession } from "../context.ts";
import { refuse } from "../errors.ts";
import type { Report } from "../output.ts";
import { closing } from "../publish.ts";
import { receiptReport } from "../receipt-report.ts";
import { parseActor, type Session } from "../session.ts";

interface RevokeOptions extends CommonOptions {
  readonly as: string;
}

async function revoke(session: Session, device: string, options: RevokeOptions): Promise<Report> {
  const as = parseActor(options.as);
  using replica = closing(session.replica(as.organisation));
  const found = currentRecord(replica.value, tables.device, device);
  if (found === undefined) throw refuse("cli/unknown", `No device ${device} is enrolled.`);
  const body = { device, groups: found.groups, status: "revoked" } as const;
  return receiptReport("revoked", await session.submit(as, "device.update", body));
}

/** Adds the command that takes an enrolled device out of use; nothing of the device is needed for it. */
export function addRevoke(device: Command): void {
  common(device.command("revoke").description("take an enrolled device out of use"))
    .argument("<device>", "its key id")
    .requiredOption("--as <organisation/actor>", "its owner's administrator")
    .addHelpText("after", examples("device revoke 5Yk…J0 --as charlie.example/admin"))
    .action((id: string, options: RevokeOptions) => withSession(options, (session) => revoke(session, id, options)));
}
