import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { emptyJournal, verifyJournal } from "@firmament/core/journal";
import { type ContentSource, DeviceLock, type Decider, SimulatedDevice } from "@firmament/device";
import { decliningDecider, waitingDecider, WillingDecider } from "./support/deciders.ts";
import { crypto, deviceSigner } from "./support/device-key.ts";
import { factoryImage, HonestSource, offerOf } from "./support/images.ts";

const imageSize = 200_000;
const signer = deviceSigner();
const offer = offerOf(20, imageSize);
const options = { time: 1_800_000_000, selfTest: () => true };

function newDevice(t: TestContext): (source?: ContentSource, decider?: Decider) => SimulatedDevice {
  const parent = mkdtempSync(join(tmpdir(), "firmament-device-"));
  t.after(() => rmSync(parent, { recursive: true }));
  const directory = join(parent, "device-1");
  const component = { storageLocation: "main", slotSize: 262_144, installed: factoryImage(10, imageSize) };
  SimulatedDevice.create({
    directory,
    device: "device-1",
    components: [{ ...component, recovery: factoryImage(1, 5000) }],
  });
  return (source = new HonestSource(), decider = new WillingDecider()) =>
    SimulatedDevice.open(directory, { crypto, decider, signer, source });
}

test("a device keeps its state in its directory", async (t) => {
  const open = newDevice(t);
  {
    using device = open();
    assert.equal(device.status().components[0]?.image.version, "10");
    assert.deepEqual(await device.update([offer], options), { outcome: "confirmed" });
  }
  using again = open();
  const { components, isOnTrial, pending } = again.status();
  assert.deepEqual([components[0]?.image.version, components[0]?.place, components[0]?.counter], ["20", "b", 10]);
  assert.deepEqual([isOnTrial, pending], [false, undefined]);
});

test("a refusal and a return are outcomes", async (t) => {
  using device = newDevice(t)();
  const refused = await device.update([offerOf(9, imageSize)], options);
  assert.equal(refused.refusal?.code, "update/older-sequence");
  const returned = await device.update([offer], { ...options, selfTest: ([image]) => image?.version !== "20" });
  assert.deepEqual(returned, { outcome: "returned" });
  assert.equal(device.status().components[0]?.image.version, "10");
});

test("a download that one process left is finished by the next", async (t) => {
  const open = newDevice(t);
  const honest = new HonestSource();
  let chunksLeft = 100;
  const breaking: ContentSource = {
    async *open(wanted, from) {
      for await (const chunk of honest.open(wanted, from)) {
        if (chunksLeft-- === 0) throw new Error("the connection broke");
        yield chunk;
      }
    },
  };
  {
    using device = open(breaking);
    await assert.rejects(device.update([offer], options), /broke/);
    assert.deepEqual(device.status().pending, [{ release: "release-20", bytes: 65_536, size: imageSize }]);
  }
  using again = open(honest);
  assert.deepEqual(await again.update([offer], options), { outcome: "confirmed" });
  assert.deepEqual(honest.asked, [0, 65_536]);
});

function breakingAfter(chunks: number): ContentSource {
  let left = chunks;
  return {
    async *open(wanted, from) {
      for await (const chunk of new HonestSource().open(wanted, from)) {
        if (left-- === 0) throw new Error("the connection broke");
        yield chunk;
      }
    },
  };
}

test("a download that was left is dropped where another release is offered, even if that one never comes", async (t) => {
  const open = newDevice(t);
  {
    using device = open(breakingAfter(100));
    await assert.rejects(device.update([offer], options), /broke/);
  }
  const withheld: ContentSource = {
    async *open(wanted, from) {
      if (wanted.release !== offer.release) throw new Error("withheld");
      yield* new HonestSource().open(wanted, from);
    },
  };
  using again = open(withheld);
  await assert.rejects(again.update([offerOf(30, imageSize)], options), /withheld/);
  assert.equal(again.status().components[0]?.image.version, "10");
});

test("a download that nobody offers any more can be abandoned", async (t) => {
  const open = newDevice(t);
  {
    using device = open(breakingAfter(100));
    await assert.rejects(device.update([offer], options), /broke/);
  }
  using again = open();
  await again.abandon(options);
  assert.deepEqual([again.status().pending, again.status().components[0]?.image.version], [undefined, "10"]);
});

test("B-23: an image that must wait is kept, and installed by the next call without another download", async (t) => {
  const open = newDevice(t);
  const honest = new HonestSource();
  {
    using device = open(honest, waitingDecider(1));
    const waiting = await device.update([offer], options);
    assert.deepEqual([waiting.outcome, waiting.refusal?.code], ["waiting", "offer/safe-state"]);
    assert.deepEqual(device.status().pending, [{ release: "release-20", bytes: imageSize, size: imageSize }]);
  }
  using again = open(honest);
  assert.deepEqual(await again.update([offer], options), { outcome: "confirmed" });
  assert.deepEqual(honest.asked, [0]);
});

test("B-23: a release that was stopped during its download is dropped with the decision's code", async (t) => {
  using device = newDevice(t)(new HonestSource(), decliningDecider("release-20", "offer/revoked"));
  const refused = await device.update([offer], options);
  assert.deepEqual([refused.outcome, refused.refusal?.code], ["refused", "offer/revoked"]);
  assert.equal(device.status().pending, undefined);
  assert.equal(device.journal().at(-1)?.entry.status, "offer/revoked");
  assert.deepEqual(await device.update([offerOf(30, imageSize)], options), { outcome: "confirmed" });
});

test("one process at a time works with a device, and one that died leaves no lock", (t) => {
  const open = newDevice(t);
  {
    using _ = open();
    assert.throws(() => open(), { name: "Refusal", code: "device/locked" });
  }
  const folder = mkdtempSync(join(tmpdir(), "firmament-lock-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "lock"), "2147483647");
  {
    using _ = new DeviceLock(folder);
    assert.throws(() => new DeviceLock(folder), { name: "Refusal", code: "device/locked" });
  }
  using _ = new DeviceLock(folder);
});

test("a trial that a process left is returned by the start after the next", async (t) => {
  const open = newDevice(t);
  {
    using device = open();
    const runtime = await device.start(1);
    await runtime.offer([offer], 1);
    await runtime.work(1);
    assert.equal((await device.start(2)).state.phase, "trial");
    assert.equal(device.status().isOnTrial, true);
  }
  using again = open();
  assert.equal((await again.resume(options)).components[0]?.image.version, "10");
});

test("[S2-9] the journal is one chain over all processes", async (t) => {
  const open = newDevice(t);
  {
    using device = open();
    await device.update([offer], options);
  }
  using again = open();
  await again.update([offerOf(30, imageSize)], options);
  const entries = again.journal();
  assert.equal(entries.length, 8);
  const verdict = verifyJournal(crypto, { key: signer.key, head: emptyJournal("device-1") }, entries);
  assert.ok("head" in verdict && verdict.head.size === 8);
});

test("a directory holds one device", (t) => {
  const parent = mkdtempSync(join(tmpdir(), "firmament-device-"));
  t.after(() => rmSync(parent, { recursive: true }));
  const component = { storageLocation: "main", slotSize: 4096, installed: factoryImage(10, 100) };
  const made = { directory: parent, device: "device-1", components: [component] };
  SimulatedDevice.create(made);
  assert.throws(() => SimulatedDevice.create(made), { code: "EEXIST" });
});
