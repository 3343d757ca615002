import { createHash } from "node:crypto";
import type { Device } from "@firmament/core/bundle";
import { DeviceFolder } from "../device-folder.ts";
import type { Session } from "../session.ts";
import { CLASS } from "./people.ts";

/** Makes a device of the example's class, which pins trust/1 and one author. */
export function makeDevice(
  session: Session,
  path: string,
  author: Device["authors"][number],
  slotBytes: number,
): Promise<Device> {
  const { genesis } = session;
  return DeviceFolder.create(
    path,
    {
      authors: [author],
      className: CLASS,
      clock: "trusted",
      counter: 0,
      formats: ["raw"],
      groups: [],
      inventory: [],
      ledger: genesis.ledger,
      safeState: [],
      storageLocations: ["slot"],
      trust: { digest: createHash("sha256").update(genesis.trust.document).digest("base64url"), version: 1 },
      vendor: "acme",
      versions: "semver",
      wrappers: ["none"],
    },
    slotBytes,
  );
}
