/**
 *   node testing/vectors/golden/make.ts   writes the golden files anew
 *
 * Deterministic: the same source gives the same bytes. Test keys only. The files change when a format changes, which
 * needs a new version of the format.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fromUtf8, toBase64url, toHex } from "@firmament/core/bytes";
import { type ClassPart, type Device, encodeBundle } from "@firmament/core/bundle";
import { canonicalBytes } from "@firmament/core/codec";
import { protectedHeader } from "@firmament/core/jws";
import { algorithmOf, keyId } from "@firmament/core/keys";
import { decodeTransaction } from "@firmament/core/registry";
import { TRUST_TYPE } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { cosigningKey, signNonce } from "../../attacks/forge/cosign.ts";
import { declined } from "./declined.ts";
import { pumpDevice, sensorDevice } from "./devices.ts";
import { GoldenLedger } from "./ledger.ts";
import { refusedBundles } from "./refused.ts";
import { tell, tellOfNodes } from "./story.ts";
import { type Inputs, outcomeOf, pretty, valuesOf } from "./values.ts";

const FOLDER = import.meta.dirname;

function write(name: string, bytes: Uint8Array): void {
  const file = join(FOLDER, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

/** trust/1 in RFC 7515 general JSON serialisation (PROTOCOL R-8). */
function trustFile(ledger: GoldenLedger): Uint8Array {
  const [first] = ledger.trust;
  if (first === undefined) throw new TypeError("a ledger has a first trust root");
  const keys = new Map(first.root.document.organisations.map(({ root }) => [keyId(nodeCrypto, root), root]));
  const signatures = first.signatures.map(({ kid, signature }) => {
    const key = keys.get(kid);
    if (key === undefined) throw new TypeError(`${kid} is no root key`);
    const header = protectedHeader({ alg: algorithmOf(key), kid, typ: TRUST_TYPE });
    return { protected: header, signature: toBase64url(signature) };
  });
  signatures.sort((a, b) => (a.protected < b.protected ? -1 : 1));
  return canonicalBytes({ payload: toBase64url(first.document), signatures });
}

async function pumpBundle(ledger: GoldenLedger, part: ClassPart, device: Device): Promise<Uint8Array> {
  const cosigners = [0, 1, 2].map((i) => cosigningKey(ledger.member(i)));
  const nonces = await signNonce(part, device.nonce ?? "", cosigners);
  return encodeBundle({ classPart: part, devicePart: ledger.builder.devicePart(part, device.id, nonces) });
}

function writeGood(folder: string, bytes: Uint8Array, inputs: Inputs): void {
  write(`${folder}bundle.cbor`, bytes);
  write(`${folder}device.json`, canonicalBytes(inputs.device));
  const { device: _, ...others } = inputs;
  write(
    `${folder}verdict.json`,
    pretty({ ...others, verdict: outcomeOf(bytes, inputs), values: valuesOf(bytes, inputs) }),
  );
}

/** One accepted transaction of every type, the first of each. */
function transactions(ledger: GoldenLedger): readonly object[] {
  const firsts = new Map(ledger.accepted.toReversed().map((each) => [each.type, each]));
  return [...firsts.values()]
    .sort((a, b) => (a.type < b.type ? -1 : 1))
    .map(({ bytes, receipt, type }) => {
      const { algorithm, body, expires, id, kid, signature } = decodeTransaction(nodeCrypto, bytes);
      const decoded = { alg: algorithm, body, expires, kid, ledger: ledger.id, signature: toHex(signature) };
      return {
        type,
        id,
        bytes: fromUtf8(bytes),
        decoded,
        index: receipt.index,
        time: receipt.time,
      };
    });
}

using ledger = await GoldenLedger.found();
const story = await tell(ledger);
rmSync(join(FOLDER, "refused"), { force: true, recursive: true });
const { builder } = ledger;
const now = ledger.now + 60;
const sensor = { device: sensorDevice(ledger, story), now };
const part = builder.classPart("sensor", [story.earlier]);
const good = encodeBundle({ classPart: part, devicePart: undefined });
const pump = { device: pumpDevice(ledger, story), now };
const pumpPart = builder.classPart("pump");
writeGood("", good, sensor);
writeGood("complete/", await pumpBundle(ledger, pumpPart, pump.device), pump);
write("trust.json", trustFile(ledger));
write("transactions.json", pretty({ ledger: ledger.id, transactions: transactions(ledger) }));
using withNodes = await GoldenLedger.found({ nodes: true });
await tellOfNodes(withNodes);
write("transactions-nodes.json", pretty({ ledger: withNodes.id, transactions: transactions(withNodes) }));
const refused = refusedBundles({ good, older: story.older });
for (const { bytes, name } of refused) write(`refused/${name}.cbor`, bytes);
const files = refused.map(({ code, name }) => ({ file: `${name}.cbor`, code }));
write("refused.json", pretty({ now, altered: files, declined: declined(sensor, story, part) }));
