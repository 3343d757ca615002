import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concat, fromUtf8, utf8 } from "@firmament/core/bytes";
import { formatCid } from "@firmament/core/cid";
import { canonicalBytes, canonicalText } from "@firmament/core/codec";
import { nodeCrypto } from "@firmament/crypto";
import { decodeNetwork } from "@firmament/server/home";
import { type Decoder, document, exact, sealed } from "../decoder.ts";
import { goldenTrustFile } from "../golden.ts";
import { privateModule } from "../private-module.ts";

const trustFile = await privateModule<{ readonly decodeTrustFile: (bytes: Uint8Array) => unknown }>(
  "apps/cli/src/trust-file.ts",
);
const backups = await privateModule<{ readonly decodeManifest: (bytes: Uint8Array) => unknown }>(
  "apps/cli/src/node/manifest.ts",
);
const session = await privateModule<{ readonly parseActor: (text: string) => { actor: string; organisation: string } }>(
  "apps/cli/src/session.ts",
);

interface RequestedRange {
  readonly kind: string;
  readonly offset?: number;
  readonly length?: number;
}
const stores = await privateModule<{ readonly decodeNodes: (bytes: Uint8Array) => ReadonlyMap<string, Uint8Array> }>(
  "stores/file/src/node-files.ts",
);
const ranges = await privateModule<{ readonly requestedRange: (field: string, size: number) => RequestedRange }>(
  "stores/file/src/http-range.ts",
);
const device = await privateModule<{ readonly readRom: (directory: string) => { readonly factory: unknown } }>(
  "device/src/device-directory.ts",
);

const layouts = await privateModule<{ readonly parseEngine: (text: string) => string }>("apps/cli/src/layout.ts");
const engine = await privateModule<{ readonly decodeMark: (bytes: Uint8Array) => unknown }>(
  "ledgers/cometbft/src/mark.ts",
);

const folder = mkdtempSync(join(tmpdir(), "firmament-malformed-"));
process.once("exit", () => rmSync(folder, { force: true, recursive: true }));
const rom = {
  device: "device-1",
  factory: canonicalText({ components: [{ slotSize: 4096, storageLocation: "slot" }], confirmed: ["a"] }),
  sizes: { eraseSize: 4096, journalSize: 131_072, recordSize: 8192 },
};

const member = { organisation: "alpha.example", url: "http://127.0.0.1:1/" };
const network = { author: member, ledger: member.url, nodes: [member], register: member, retrieval: member };

// A trust file may lack some of the signatures, as long as a quorum is left.
function sealedOrFewer(): Decoder {
  const whole = sealed("json", {
    name: "decodeTrustFile",
    samples: [goldenTrustFile],
    decode: trustFile.decodeTrustFile,
  });
  const payload = (bytes: Uint8Array): unknown => (JSON.parse(fromUtf8(bytes)) as { payload: unknown }).payload;
  const accepted = (_value: unknown, bytes: Uint8Array): void => {
    assert.deepEqual(canonicalBytes(JSON.parse(fromUtf8(bytes))), Uint8Array.from(bytes));
    assert.equal(payload(bytes), payload(goldenTrustFile));
  };
  return { ...whole, accepted };
}

/** Decoders of files, of the command line and of header fields. */
export const files: readonly Decoder[] = [
  document({ name: "decodeMark", samples: [canonicalBytes({ height: 9, time: 3 })], decode: engine.decodeMark }),
  document({
    name: "decodeManifest",
    samples: [
      canonicalBytes({
        files: ["genesis.json", "organisation/keys/node.jwe"].map((path) => ({
          path,
          sha256: "A".repeat(43),
          size: 9,
        })),
        ledger: "example.org/registry/0123456789abcdef",
        organisation: "alpha.example",
        time: 1_767_225_600,
        type: "firmament-backup/v1",
      }),
    ],
    decode: backups.decodeManifest,
  }),
  sealedOrFewer(),
  {
    name: "decodeNodes",
    form: "bytes",
    samples: [concat(Uint8Array.of(0, 0, 0, 3), utf8("abc"), Uint8Array.of(0, 0, 0, 2), utf8("de"))],
    decode: stores.decodeNodes,
    accepted: (value, bytes) => {
      const nodes = [...(value as ReadonlyMap<string, Uint8Array>)];
      assert.ok(nodes.every(([cid, node]) => cid === formatCid({ codec: "dag-pb", digest: nodeCrypto.sha256(node) })));
      assert.ok(nodes.reduce((sum, [, node]) => sum + node.length, 0) <= bytes.length);
    },
  },
  {
    name: "requestedRange",
    form: "text",
    samples: ["bytes=0-99", "bytes=7-", "bytes=-5"].map((text) => utf8(text)),
    decode: (bytes) => ranges.requestedRange(fromUtf8(bytes), 100),
    accepted: (value) => {
      const { kind, length = 0, offset = 0 } = value as RequestedRange;
      assert.ok(kind !== "part" || (length > 0 && offset >= 0 && offset + length <= 100));
    },
  },
  exact("json", {
    name: "readRom",
    samples: [canonicalBytes(rom)],
    decode: (bytes) => {
      writeFileSync(join(folder, "rom.json"), bytes);
      return device.readRom(folder);
    },
    encode: (found) => canonicalBytes({ ...found, factory: canonicalText(found.factory) }),
  }),
  exact("text", {
    name: "parseEngine",
    samples: [utf8("cometbft")],
    decode: (bytes) => layouts.parseEngine(fromUtf8(bytes)),
    encode: utf8,
  }),
  exact("text", {
    name: "parseActor",
    samples: [utf8("alpha.example/admin")],
    decode: (bytes) => session.parseActor(fromUtf8(bytes)),
    encode: ({ actor, organisation }) => utf8(`${organisation}/${actor}`),
  }),
  {
    name: "decodeNetwork",
    form: "json",
    samples: [canonicalBytes(network)],
    decode: (bytes) => decodeNetwork(bytes),
    accepted: (value, bytes) => assert.deepEqual(value, JSON.parse(fromUtf8(bytes))),
  },
];
