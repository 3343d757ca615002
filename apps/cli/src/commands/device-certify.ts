import { issueDeviceTls, pinnedAuthority, writeDeviceCredentials } from "@firmament/server/tls";
import type { Command } from "commander";
import { type CommonOptions, common, examples, withSession } from "../context.ts";
import { DeviceFolder } from "../device-folder.ts";
import type { Report } from "../output.ts";
import { now, type Session } from "../session.ts";

interface CertifyOptions extends CommonOptions {
  readonly as: string;
}

async function certify({ genesis, home, network }: Session, path: string, owner: string): Promise<Report> {
  const { id } = await new DeviceFolder(path).read();
  const { organisation: operator } = network.retrieval;
  const authority = pinnedAuthority(genesis.body, home.replicaFile(owner), operator);
  writeDeviceCredentials(path, { authority, identity: await issueDeviceTls(home, owner, id, now()) });
  return {
    json: { device: id, operator, owner },
    lines: [
      `device ${id} has a certificate of ${owner} for 90 days`,
      `it believes the authority of ${operator}, which runs the retrieval agent, as the ledger pins it now`,
    ],
  };
}

/** Adds the command that gives a device what it needs to speak TLS. */
export function addCertify(device: Command): void {
  common(device.command("certify").description("issue a certificate to a device, for a retrieval agent over https"))
    .argument("<folder>", "folder of the device")
    .requiredOption("--as <organisation>", "its owner, whose authority signs")
    .addHelpText(
      "after",
      examples(
        "device certify dev1 --as charlie.example",
        "device certify dev1 --home /srv/firmament --as charlie.example",
      ),
    )
    .action((path: string, options: CertifyOptions) =>
      withSession(options, (session) => certify(session, path, options.as)),
    );
}
