import type { RequestListener, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { isDeepStrictEqual } from "node:util";
import { concat, utf8 } from "@firmament/core/bytes";
import { nodeCrypto } from "@firmament/crypto";
import { type ContentFetch, fetchContent, type PeerFaultReason } from "@firmament/store-file";
import { cidOfBytes } from "../../kit/index.ts";
import { type Attack, type Description, resultOf } from "../attack.ts";
import { flipBit } from "../forge/edit.ts";
import { listen } from "../forge/loopback.ts";

/** One piece, so that the whole image is the answer to one request. */
const image = utf8("an image that peers hold\n".repeat(20_000));
const cid = cidOfBytes(nodeCrypto, image);
const settings = { attemptsPerPeer: 1, perPieceTimeoutMs: 1000 };

const honest: RequestListener = (_, answer) => {
  answer.end(image);
};

function* endless(): Generator<Uint8Array> {
  for (;;) yield new Uint8Array(65_536);
}

async function receive(transfer: ContentFetch): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of transfer) chunks.push(chunk);
  if (!isDeepStrictEqual(concat(...chunks), image)) throw new Error("another image was handed out");
}

/** A bad peer alone gives nothing; with an honest one behind it, the image comes whole and the bad one is named. */
function onPeers(
  about: Pick<Description, "name" | "threats">,
  reason: PeerFaultReason,
  answer: (response: ServerResponse) => unknown,
): Attack {
  return {
    ...about,
    code: "transfer/unavailable",
    async run() {
      await using bad = await listen((_, response) => void answer(response));
      await using good = await listen(honest);
      const alone = fetchContent([bad.url], cid, image.length, settings);
      const beside = fetchContent([bad.url, good.url], cid, image.length, settings);
      const [attack, result] = await Promise.all([resultOf(() => receive(alone)), resultOf(() => receive(beside))]);
      for (const { failures } of [alone, beside]) {
        const named = failures.some((each) => each.peer === bad.url.href && each.reason === reason);
        if (failures.length !== 1 || !named) throw new Error(`the bad peer is not named: ${JSON.stringify(failures)}`);
      }
      return { attack, honest: result };
    },
  };
}

/** Attacks by a peer that content is fetched from. */
export const peerAttacks: readonly Attack[] = [
  onPeers({ name: "a peer sends wrong bytes", threats: ["T6"] }, "wrong-bytes", (response) =>
    response.end(flipBit(image, 77_777)),
  ),
  onPeers({ name: "a peer sends fewer bytes", threats: ["T6", "T11"] }, "cut", (response) =>
    response.end(image.subarray(1)),
  ),
  onPeers({ name: "a peer sends bytes without end", threats: ["T11", "T16"] }, "wrong-bytes", (response) =>
    Readable.from(endless()).pipe(response),
  ),
  onPeers({ name: "a peer cuts the connection", threats: ["T6", "T16"] }, "cut", (response) => {
    response.setHeader("content-length", image.length).write(image.subarray(0, 100_000), () => response.destroy());
  }),
  onPeers({ name: "a peer hangs in the middle", threats: ["T11", "T16"] }, "timeout", (response) =>
    response.setHeader("content-length", image.length).write(image.subarray(0, 100_000)),
  ),
  onPeers({ name: "a peer never answers", threats: ["T11", "T16"] }, "timeout", () => undefined),
  onPeers({ name: "a peer leads elsewhere", threats: ["T6", "T21"] }, "unreachable", (response) =>
    response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
  ),
];
