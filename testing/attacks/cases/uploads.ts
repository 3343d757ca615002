import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concat, utf8 } from "@firmament/core/bytes";
import type { ContentExpectation } from "@firmament/core/content";
import { decodeManifest } from "@firmament/core/manifest";
import { nodeCrypto } from "@firmament/crypto";
import { FileStore } from "@firmament/store-file";
import { TestAgents } from "../../agents/support/agents.ts";
import { answerOf, TestAuthor } from "../../agents/support/author.ts";
import { Consortium } from "../../kit/index.ts";
import { type Attack, type Description, type Result, resultOf } from "../attack.ts";
import { flipBit } from "../forge/edit.ts";

type Source = (image: Uint8Array) => Iterable<Uint8Array>;

async function* streamed(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** An attack on a content store: what the signed manifest announces against what arrives; nothing of it stays. */
function onStore(about: Description, attack: Source): Attack {
  return {
    ...about,
    async run() {
      using c = await Consortium.found();
      const { image, manifest } = await c.prepare();
      const { stored } = decodeManifest(nodeCrypto, manifest);
      if (stored === undefined) throw new TypeError("the manifest has an inline payload");
      const folder = await mkdtemp(join(tmpdir(), "firmament-attack-"));
      try {
        await using store = await FileStore.open(folder);
        const attacked = await put(store, attack(image), stored);
        if ((await store.stat(stored.cid)) !== undefined) throw new Error("refused content was stored");
        return { attack: attacked, honest: await put(store, [image], stored) };
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  };
}

function put(store: FileStore, chunks: Iterable<Uint8Array>, expect: ContentExpectation): Promise<Result> {
  return resultOf(() => store.put(streamed(chunks), { expect, maxBytes: 1_000_000_000 }));
}

function* endless(): Generator<Uint8Array> {
  for (;;) yield new Uint8Array(65_536);
}

/** Attacks with the bytes that are uploaded or handed on for a registered manifest. */
export const uploadAttacks: readonly Attack[] = [
  {
    name: "payload longer than its size, uploaded through the agents",
    code: "register-agent/payload",
    shows: ["S4-47", "S4-15"],
    threats: ["T11"],
    async run() {
      await using agents = await TestAgents.start();
      const author = new TestAuthor(agents);
      await author.token();
      const prepared = await author.prepare();
      const { size } = agents.consortium;
      const send = async (image: Uint8Array) => {
        const { code, status } = await answerOf(await author.send(prepared, { image }));
        return status === 201 ? "accepted" : code;
      };
      const attack = await send(concat(prepared.image, utf8("!")));
      const { staged, stored } = await agents.files();
      if (agents.consortium.size + staged.length + stored.length !== size) throw new Error("a refused upload stayed");
      return { attack, honest: await send(prepared.image) };
    },
  },
  onStore({ name: "payload without end", code: "content/size-mismatch", threats: ["T11", "T16"] }, endless),
  onStore(
    {
      name: "rogue register agent: an altered image for the stores",
      code: "content/digest-mismatch",
      threats: ["T4", "T6"],
    },
    (image) => [flipBit(image)],
  ),
];
