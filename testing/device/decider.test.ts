import assert from "node:assert/strict";
import { test } from "node:test";
import { type Device, encodeBundle, decodeBundle, type Verdict, verifyBundle } from "@firmament/core/bundle";
import { nodeCrypto } from "@firmament/crypto";
import { BundleDecider, type ContentSource, type Ruling } from "@firmament/device";
import type { Offer } from "@firmament/core/update";
import { cosigningKey, signNonce } from "../attacks/forge/cosign.ts";
import { BenchDevice } from "../attacks/forge/bench-device.ts";
import { Consortium, DAY, START } from "../kit/index.ts";

const HOUR = 3600;

/** A device that decided to install a release and is still fetching it. */
class FetchingDevice {
  readonly image: Uint8Array;
  readonly offer: Offer;
  device: Device;
  /** Bundles that it asked for since. */
  asked = 0;
  /** Where its bundles come from; the honest retrieval agent until a test says otherwise. */
  serve: (device: Device) => Promise<Uint8Array>;
  readonly decider: BundleDecider;

  private constructor(c: Consortium, device: Device, offer: Offer, bundle: Uint8Array, image: Uint8Array) {
    this.image = image;
    this.device = device;
    this.offer = offer;
    this.serve = () => Promise.resolve(c.bundle());
    const fetch = (now: Device) => {
      this.asked++;
      return this.serve(now);
    };
    const remember = async ({ next }: Verdict) => void (this.device = { ...this.device, ...next });
    const evidence = { crypto: nodeCrypto, now: () => c.now, device: async () => this.device, fetch, remember };
    this.decider = new BundleDecider(evidence, bundle);
  }

  static async begin(c: Consortium, device = c.device()): Promise<FetchingDevice> {
    const { image } = await c.publish();
    await c.cosign([0, 1, 2]);
    const bundle = device.clock === "none" ? await answered(c, device) : c.bundle();
    const { decision, next } = verifyBundle(bundle, { crypto: nodeCrypto, device, now: c.now });
    assert.ok(decision.action === "install");
    const { floor, live, manifest } = decision;
    const offer = { ...live, image: manifest.image, storageLocation: manifest.storageLocation, floor };
    return new FetchingDevice(c, { ...device, ...next }, offer, bundle, image);
  }

  decide(): Promise<Ruling> {
    return this.decider.decide([this.offer]);
  }

  async assertInstalls(): Promise<void> {
    assert.deepEqual(await this.decide(), { action: "install", offers: [this.offer] });
  }

  async assertRefuses(action: "drop" | "wait", code: string): Promise<void> {
    const ruling = await this.decide();
    assert.deepEqual([ruling.action, ruling.action !== "install" && ruling.refusal.code], [action, code]);
  }
}

async function answered(c: Consortium, { nonce = "" }: Device): Promise<Uint8Array> {
  const { classPart } = decodeBundle(c.bundle());
  const by = [0, 1, 2].map((i) => cosigningKey(c.member(i)));
  const nonces = await signNonce(classPart, nonce, by);
  return encodeBundle({ classPart, devicePart: { nonces, record: undefined } });
}

// An entry, so that the newest one is of this moment, and its cosignatures.
async function goOn(c: Consortium, seconds: number): Promise<void> {
  c.now += seconds;
  await c.submit(c.member(1).node, "tick", { time: c.now });
  await c.cosign([0, 1, 2]);
}

test("B-23: the bundle at hand decides for as long as it is fresh", async () => {
  using c = await Consortium.ready();
  const fetching = await FetchingDevice.begin(c);
  c.now += DAY;
  await fetching.assertInstalls();
  assert.equal(fetching.asked, 0);
});

for (const clock of ["trusted", "monotonic"] as const) {
  test(`B-23: with a ${clock} clock a download of two days is installed by a new bundle, whose evidence is kept`, async () => {
    using c = await Consortium.ready();
    const fetching = await FetchingDevice.begin(c, c.device({ clock }));
    const before = fetching.device.seen;
    await goOn(c, 2 * DAY);
    await fetching.assertInstalls();
    assert.equal(fetching.asked, 1);
    assert.ok(fetching.device.seen.time >= before.time + 2 * DAY);
    await fetching.assertInstalls();
    assert.equal(fetching.asked, 1, "the new bundle is the one at hand now");
  });
}

test("B-23: evidence that grew stale stays so where a monotonic clock goes back", async () => {
  using c = await Consortium.ready();
  const fetching = await FetchingDevice.begin(c, c.device({ clock: "monotonic" }));
  c.now += 2 * DAY;
  for (const seconds of [0, -2 * DAY]) {
    c.now += seconds;
    await assert.rejects(fetching.decide(), { code: "bundle/entry-stale" });
  }
});

test("B-23: without a clock every decision takes a new nonce and a new bundle", async () => {
  using c = await Consortium.ready();
  const fetching = await FetchingDevice.begin(c, c.device({ clock: "none", nonce: "AAAAAAAAAAAAAAAAAAAAAA" }));
  fetching.device = { ...fetching.device, nonce: "BBBBBBBBBBBBBBBBBBBBBA" };
  fetching.serve = (device) => answered(c, device);
  await fetching.assertInstalls();
  assert.equal(fetching.asked, 1);
  fetching.serve = () => answered(c, { ...fetching.device, nonce: "AAAAAAAAAAAAAAAAAAAAAA" });
  await assert.rejects(fetching.decide(), { code: "bundle/nonce" });
});

test("B-23: what was revoked, withdrawn or held during the download is dropped with that code", async () => {
  const reason = "found during the download";
  const stops: Readonly<Record<string, (c: Consortium, release: string) => Promise<unknown>>> = {
    "offer/revoked": (c, release) => c.submit(c.member(0).admin, "release.revoke", { reason, release }),
    "offer/withdrawn": (c, release) => c.submit(c.member(0).author, "release.withdraw", { reason, release }),
    "offer/held": (c, release) => c.submit(c.member(2).approver, "release.hold", { release }),
  };
  for (const [code, stop] of Object.entries(stops)) {
    using c = await Consortium.ready();
    const fetching = await FetchingDevice.begin(c);
    c.now += DAY + HOUR;
    await stop(c, fetching.offer.release);
    await c.cosign([0, 1, 2]);
    await fetching.assertRefuses("drop", code);
  }
});

test("B-23: the fetched release is judged, not the newest: a canary for others does not cost the download", async () => {
  using c = await Consortium.ready();
  const fetching = await FetchingDevice.begin(c);
  c.now += DAY + HOUR;
  await c.renewGrant();
  await c.publish({ rollout: { groups: ["canary"], permille: 1000, salt: "r1" }, version: "1.1.0" });
  await c.cosign([0, 1, 2]);
  await fetching.assertInstalls();
  await c.publish({ sequence: c.now * 1000 + 1, version: "1.2.0" });
  c.now += DAY + HOUR;
  await c.submit(c.member(1).node, "tick", { time: c.now });
  await c.cosign([0, 1, 2]);
  await fetching.assertRefuses("drop", "offer/not-live");
});

test("B-23: a safe state that ended during the download keeps the image waiting, by the bundle at hand", async () => {
  using c = await Consortium.ready({ policy2: { safeState: ["parked"] } });
  const fetching = await FetchingDevice.begin(c, c.device({ safeState: ["parked"] }));
  fetching.device = { ...fetching.device, safeState: [] };
  await fetching.assertRefuses("wait", "offer/safe-state");
  fetching.device = { ...fetching.device, safeState: ["parked"] };
  await fetching.assertInstalls();
  assert.equal(fetching.asked, 0);
});

test("B-23: a maintenance window that closed during the download keeps the image waiting", async () => {
  const minute = (Math.floor(START / 60) + 3 * 1440) % 10_080;
  using c = await Consortium.ready({ policy2: { windows: [{ length: 60, start: minute }] } });
  const fetching = await FetchingDevice.begin(c);
  c.now += 2 * HOUR;
  await fetching.assertRefuses("wait", "offer/window");
});

test("B-23: stale evidence and none at all install nothing", async () => {
  using c = await Consortium.ready();
  const fetching = await FetchingDevice.begin(c);
  c.now += 2 * DAY;
  await assert.rejects(fetching.decide(), { code: "bundle/entry-stale" });
  fetching.serve = () => Promise.reject(new Error("nobody answers"));
  await assert.rejects(fetching.decide(), /nobody answers/);
});

for (const isRevoked of [false, true]) {
  test(`B-23: a download of two days ${isRevoked ? "does not install what was revoked meanwhile" : "installs what is still live"}`, async () => {
    using c = await Consortium.ready();
    const { decider, image, offer } = await FetchingDevice.begin(c);
    await using bench = await BenchDevice.make();
    const slow: ContentSource = {
      async *open() {
        yield image.subarray(0, 1);
        if (isRevoked)
          await c.submit(c.member(0).admin, "release.revoke", { reason: "a recall", release: offer.release });
        await goOn(c, 2 * DAY);
        yield image.subarray(1);
      },
    };
    const installed = bench.install(offer, slow, c.now, decider);
    if (isRevoked) await assert.rejects(installed, { code: "offer/revoked" });
    else assert.equal(await installed, "confirmed");
    assert.equal(bench.runs.release, isRevoked ? "factory" : offer.release);
  });
}
