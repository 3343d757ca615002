import type { RequestListener } from "node:http";
import { type Device, verifyBundle } from "@firmament/core/bundle";
import { nodeCrypto } from "@firmament/crypto";
import type { ContentSource } from "@firmament/device";
import { fetchContent } from "@firmament/store-file";
import { Consortium } from "../../kit/index.ts";
import { type Attack, type Description, resultOf, seenBy } from "../attack.ts";
import { BenchDevice } from "../forge/bench-device.ts";
import { changeClassPart, flipBit } from "../forge/edit.ts";
import { listen } from "../forge/loopback.ts";
import { NO_EFFECT } from "../without-effect.ts";

/** What a retrieval agent answers; nothing where it withholds. */
interface Answers {
  readonly bundle: Uint8Array | undefined;
  readonly image: Uint8Array;
}

interface Scene extends Answers {
  readonly bundle: Uint8Array;
  readonly device: Device;
  readonly now: number;
  /** Bundles that the agent has as well: of the release before, and of another class. */
  readonly old: Uint8Array;
  readonly other: Uint8Array;
}

const agent =
  ({ bundle, image }: Answers): RequestListener =>
  ({ url = "" }, answer) => {
    const body = url.startsWith("/v1/bundles/") ? bundle : image;
    if (body === undefined) answer.writeHead(503).end();
    else answer.end(body);
  };

async function scene(c: Consortium): Promise<Scene> {
  await c.createClass("pump");
  await c.publish();
  await c.cosign([0, 1, 2]);
  const old = c.bundle();
  const { image } = await c.publish({ sequence: c.now * 1000 + 1, version: "1.1.0" });
  await c.cosign([0, 1, 2]);
  const [bundle, other] = [c.bundle(), c.bundle("pump")];
  return { bundle, device: seenBy(c.device(), bundle, c.now), image, now: c.now, old, other };
}

/** One round of a device with its retrieval agent: what came of it, no effect where the agent has nothing for it. */
async function update(bench: BenchDevice, { device, now }: Scene, base: URL): Promise<string> {
  const answer = await fetch(new URL("v1/bundles/sensor", base));
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (!answer.ok) return NO_EFFECT;
  const { decision } = verifyBundle(bytes, { crypto: nodeCrypto, device, now });
  if (decision.action === "refuse") throw decision.refusal;
  if (decision.action === "current") return NO_EFFECT;
  const { floor, live, manifest } = decision;
  const { image, stored, storageLocation } = manifest;
  const source: ContentSource = {
    open: (_, offset) => fetchContent([base], stored?.cid ?? "", image.size, { attemptsPerPeer: 1, offset }),
  };
  return bench.install({ ...live, floor, image, storageLocation }, source, now);
}

/** `accepted` where the device installed what it was given; a code, or how the update ended otherwise. */
async function round(bench: BenchDevice, given: Scene, answers: Answers): Promise<string> {
  await using server = await listen(agent(answers));
  let outcome = "";
  const result = await resultOf(async () => (outcome = await update(bench, given, server.url)));
  return result === "accepted" && outcome !== "confirmed" ? outcome : result;
}

/** A device asks a rogue retrieval agent, keeps what it runs, and then asks an honest one. */
function rogue(
  about: Pick<Description, "code" | "name" | "shows" | "threats">,
  change: (given: Scene) => Partial<Answers>,
): Attack {
  return {
    ...about,
    async run() {
      using c = await Consortium.ready();
      const given = await scene(c);
      await using bench = await BenchDevice.make();
      const attack = await round(bench, given, { ...given, ...change(given) });
      if (attack !== "accepted" && bench.runs.release !== "factory") throw new Error("something was installed");
      return { attack, honest: await round(bench, given, given) };
    },
  };
}

/** Attacks by the retrieval agent that a device asks: it can withhold, and nothing else. */
export const retrievalAttacks: readonly Attack[] = [
  rogue({ name: "rogue retrieval agent: nothing", code: NO_EFFECT, threats: ["T5", "T8"] }, () => ({
    bundle: undefined,
  })),
  rogue(
    { name: "rogue retrieval agent: an old bundle", code: "bundle/checkpoint-older", threats: ["T5", "T7"] },
    ({ old }) => ({
      bundle: old,
    }),
  ),
  rogue(
    {
      name: "rogue retrieval agent: another class's bundle",
      code: "state/proof-root",
      shows: ["S4-41"],
      threats: ["T5", "T12"],
    },
    ({ other }) => ({ bundle: other }),
  ),
  rogue(
    {
      name: "rogue retrieval agent: an altered manifest",
      code: "bundle/manifest-digest",
      shows: ["S4-36"],
      threats: ["T4", "T5"],
    },
    ({ bundle }) => ({
      bundle: changeClassPart(bundle, ({ releases }) => ({
        releases: releases.map((each) => ({ ...each, manifest: flipBit(each.manifest, 20) })),
      })),
    }),
  ),
  rogue(
    {
      name: "rogue retrieval agent: an altered image",
      code: "transfer/unavailable",
      shows: ["S4-36"],
      threats: ["T5", "T6"],
    },
    ({ image }) => ({ image: flipBit(image) }),
  ),
];
