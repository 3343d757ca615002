import { toBase64url, utf8 } from "@firmament/core/bytes";
import type { Device } from "@firmament/core/bundle";
import { rootAt } from "@firmament/core/log";
import { tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { blockTime, logNodes } from "@firmament/replica";
import { honestDevice } from "../../kit/device.ts";
import type { GoldenLedger } from "./ledger.ts";
import type { Story } from "./story.ts";

function pinned(ledger: GoldenLedger, version: number): Device["trust"] {
  return { digest: ledger.trust[version - 1]?.root.digest ?? "", version };
}

/** A device with a clock that runs 1.0.0 and saw the checkpoint after it. */
export function sensorDevice(ledger: GoldenLedger, { author, earlier, releases }: Story): Device {
  const { database } = ledger.replica;
  const first = ledger.view.get(tables.release, releases.first);
  if (first === undefined) throw new TypeError("the first release is gone");
  const { manifestDigest, sequence, version } = first;
  return honestDevice(author.key, ledger.id, pinned(ledger, 1), {
    counter: sequence,
    installed: { manifestDigest, release: releases.first, sequence, version },
    seen: {
      root: toBase64url(rootAt(nodeCrypto, logNodes(database), earlier)),
      size: earlier,
      time: blockTime(database, earlier),
    },
  });
}

/** A clockless device of a targeted class that pins the first of three author keys. */
export function pumpDevice(ledger: GoldenLedger, { author, device }: Story): Device {
  return honestDevice(author.key, ledger.id, pinned(ledger, 1), {
    className: "pump",
    clock: "none",
    id: device.kid,
    inventory: [{ className: "sensor", version: "1.9.0", versions: "semver" }],
    nonce: toBase64url(utf8("a golden nonce!!")),
    safeState: ["idle"],
  });
}
