import { fromUtf8, utf8 } from "@firmament/core/bytes";
import type { Write } from "@firmament/core/registry";
import type { StateKey } from "@firmament/core/state";
import { Consortium } from "../kit/index.ts";
import { idOf } from "./sample-registration.ts";

interface Sample {
  readonly author: string;
  readonly release: string;
  readonly manifestDigest: string;
  readonly read: (...key: StateKey) => string;
}

async function publishedSample(c: Consortium): Promise<Sample> {
  const { release } = await c.publish();
  const view = c.view();
  const read = ([table = "", ...parts]: StateKey) =>
    fromUtf8(view.bytes({ name: table }, ...parts) ?? new Uint8Array());
  const { author, manifestDigest } = c.release(release);
  return { author, manifestDigest, read: (...key) => read(key), release };
}

// The same bytes under names of their own, so that a bundle of the class has the size of an honest one.
function recordsOf({ author, manifestDigest, read, release }: Sample, className: string): readonly Write[] {
  const [ownRelease, ownDigest] = [idOf(`release ${className}`), `${idOf(className)}${idOf(className).slice(0, 21)}`];
  const renamed = (text: string) => utf8(text.replaceAll(release, ownRelease).replaceAll(manifestDigest, ownDigest));
  return [
    { key: ["head", className], value: renamed(read("head", "sensor")) },
    { key: ["policy", className], value: renamed(read("policy", "sensor")) },
    { key: ["entitlement", author, className], value: renamed(read("entitlement", author, "sensor")) },
    { key: ["release", ownRelease], value: renamed(read("release", release)) },
    { key: ["manifest", ownDigest], value: renamed(read("manifest", manifestDigest)) },
  ];
}

/** All records that bundles of these classes are built from, as they stand after honest publications. */
export async function classRecords(classes: readonly string[]): Promise<readonly Write[]> {
  using c = await Consortium.ready({ policy2: { algorithms: ["EdDSA"] } });
  const sample = await publishedSample(c);
  const author: Write = { key: ["author", sample.author], value: utf8(sample.read("author", sample.author)) };
  return [author, ...classes.flatMap((each) => recordsOf(sample, each))];
}
