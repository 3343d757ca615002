import { toHex, utf8 } from "@firmament/core/bytes";
import { ContentFold } from "@firmament/core/cid";
import { assertExpected, type ContentExpectation } from "@firmament/core/content";
import { decodeManifest } from "@firmament/core/manifest";
import { nodeCrypto } from "@firmament/crypto";
import { cidOfBytes, Consortium } from "../../kit/index.ts";
import { type Attack, type Description, resultOf } from "../attack.ts";
import { flipBit } from "../forge/edit.ts";

interface Fetched {
  readonly bytes: Uint8Array;
  readonly expected: ContentExpectation;
}

function receive({ bytes, expected }: Fetched): void {
  const fold = new ContentFold(nodeCrypto);
  fold.addPiece(bytes);
  const { cid, size } = fold.finish();
  const digests = { sha256: toHex(nodeCrypto.sha256(bytes)), sha384: toHex(nodeCrypto.sha384(bytes)) };
  assertExpected({ cid, size, ...digests }, expected);
}

/** An attack on fetched bytes: what the signed manifest announces against what a peer sends. */
function onContent(description: Description, attack: (honest: Fetched) => Fetched): Attack {
  return {
    ...description,
    async run() {
      using c = await Consortium.found();
      const { image, manifest } = await c.prepare();
      const { stored } = decodeManifest(nodeCrypto, manifest);
      if (stored === undefined) throw new TypeError("the manifest has an inline payload");
      const honest = { bytes: image, expected: stored };
      return { attack: await resultOf(() => receive(attack(honest))), honest: await resultOf(() => receive(honest)) };
    },
  };
}

/** Attacks on the bytes that a store or a peer hands over. */
export const contentAttacks: readonly Attack[] = [
  onContent(
    {
      name: "fetched content of another size",
      code: "content/size-mismatch",
      shows: ["S4-47"],
      threats: ["T6", "T11"],
    },
    (honest) => ({
      ...honest,
      bytes: honest.bytes.subarray(1),
    }),
  ),
  onContent(
    {
      name: "fetched content with one bit changed",
      code: "content/digest-mismatch",
      shows: ["S2-3"],
      threats: ["T6", "T20"],
    },
    (honest) => ({ ...honest, bytes: flipBit(honest.bytes, 3) }),
  ),
  onContent({ name: "content under another CID", code: "content/cid-mismatch", threats: ["T6"] }, (honest) => ({
    ...honest,
    expected: { ...honest.expected, cid: cidOfBytes(nodeCrypto, utf8("something else")) },
  })),
];
