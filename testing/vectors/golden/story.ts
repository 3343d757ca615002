import { signSuccession, signTrust } from "@firmament/agents/signing";
import { fromUtf8, toBase64url, utf8 } from "@firmament/core/bytes";
import { encodeBundle } from "@firmament/core/bundle";
import { canonicalBytes } from "@firmament/core/codec";
import type { Signer } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";
import { DAY, openClassPolicy, START } from "../../kit/index.ts";
import { ecKey, edKey, rsaKey } from "./keys.ts";
import type { GoldenLedger } from "./ledger.ts";

/** What the golden ledger's history leaves for the files. */
export interface Story {
  readonly author: Signer;
  readonly device: Signer;
  /** Size of the checkpoint after the first release, and the class's bundle then. */
  readonly earlier: number;
  readonly older: Uint8Array;
  readonly releases: Readonly<Record<"first" | "held" | "revoked" | "sensor" | "withdrawn", string>>;
}

async function enrolPeople(ledger: GoldenLedger): Promise<void> {
  for (const member of ledger.members) {
    await ledger.enrol(member, member.approver, "approver");
    await ledger.enrol(member, member.node, "node");
  }
  await ledger.enrol(ledger.member(0), ledger.member(0).author, "author");
  await ledger.enrol(ledger.member(1), ledger.member(1).registerAgent, "registerAgent");
  const temporary = await ledger.enrol(ledger.member(3), edKey("a temporary auditor"), "auditor");
  await ledger.submit(ledger.member(3).admin, "identity.revoke", { identity: temporary.kid });
}

async function createClasses(ledger: GoldenLedger): Promise<void> {
  const common = { storageLocations: ["slot"], type: "class.create", vendor: "acme", versions: "semver" } as const;
  await ledger.decide({ organisation: ledger.member(0).name, type: "vendor.create", vendor: "acme" });
  await ledger.decide({ ...common, className: "sensor", policy: openClassPolicy });
  const policy = {
    ...openClassPolicy,
    safeState: ["idle"],
    targeted: true,
    windows: [{ length: 10_000, start: 0 }],
  } as const;
  await ledger.decide({ ...common, className: "pump", policy });
}

async function approve(ledger: GoldenLedger, author: Signer, classes: readonly string[]): Promise<void> {
  const { admin, name } = ledger.member(0);
  const proof = await ledger.proofBy(author, name, "manifest");
  await ledger.submit(admin, "author.approve", { classes, key: author.key, proof, vendor: "acme" });
}

async function handOver(ledger: GoldenLedger, from: Signer, to: Signer): Promise<void> {
  const { admin, name } = ledger.member(0);
  const signature = await signSuccession(from, ledger.id, to.kid, "pump");
  const proof = await ledger.proofBy(to, name, "manifest");
  await ledger.submit(admin, "author.succeed", { className: "pump", from: from.kid, key: to.key, proof, signature });
}

async function publishSensor(ledger: GoldenLedger, author: Signer): Promise<Omit<Story, "author" | "device">> {
  const { admin } = ledger.member(0);
  const first = await ledger.publish({ author, version: "1.0.0" });
  const earlier = await ledger.cosign();
  const older = encodeBundle({ classPart: ledger.builder.classPart("sensor"), devicePart: undefined });
  const revoked = await ledger.publish({ author, version: "1.1.0" });
  await ledger.submit(admin, "release.revoke", { reason: "opens the valve", release: revoked.release });
  const withdrawn = await ledger.publish({ author, version: "1.2.0" });
  await ledger.submit(admin, "release.withdraw", { reason: "built from the wrong branch", release: withdrawn.release });
  const sensor = await ledger.publish({ author, version: "1.9.0" });
  const held = await ledger.publish({ author, rollout: { groups: [], permille: 999, salt: "r10" }, version: "1.10.0" });
  await ledger.submit(ledger.member(2).approver, "release.hold", { release: held.release });
  const [{ node: bravo }, { node: charlie }] = [ledger.member(1), ledger.member(2)];
  const mac = toBase64url(new Uint8Array(32));
  await ledger.submit(charlie, "storage.dispute", { kid: bravo.kid, mac, release: sensor.release });
  const ids = { first: first.release, held: held.release, revoked: revoked.release };
  return { earlier, older, releases: { ...ids, sensor: sensor.release, withdrawn: withdrawn.release } };
}

async function publishPump(ledger: GoldenLedger, author: Signer): Promise<void> {
  const dependencies = [{ classID: "sensor", versionID: "1.0.0" }];
  const rollout = { groups: ["pilot"], permille: 500, salt: "spring" };
  const { release } = await ledger.publish({
    author,
    className: "pump",
    manifest: { dependencies },
    rollout,
    version: "2.0.0",
  });
  await ledger.submit(ledger.member(0).author, "release.rollout", { permille: 900, release });
}

async function enrolDevice(ledger: GoldenLedger, device: Signer): Promise<void> {
  const { admin, name } = ledger.member(1);
  const proof = await ledger.proofBy(device, name, "device");
  await ledger.submit(admin, "device.enrol", { className: "pump", groups: [], key: device.key, proof });
  await ledger.submit(admin, "device.update", { device: device.kid, groups: ["pilot"], status: "active" });
}

/** trust/2: delta's cosigner key is replaced. */
async function renewTrust(ledger: GoldenLedger): Promise<void> {
  const { genesis: _, ...before } = ledger.view.trust();
  const { key } = edKey("delta.example second cosigner");
  if (key.kty !== "OKP") throw new TypeError("a cosigner key is Ed25519");
  const organisations = before.organisations.map((member) =>
    member.name === "delta.example" ? { ...member, cosigners: [{ key, until: START + 730 * DAY }] } : member,
  );
  const previous = ledger.trust.at(-1)?.root.digest ?? "";
  const document = canonicalBytes({ ...before, organisations, previous, version: before.version + 1 });
  const signed = await Promise.all(ledger.members.slice(0, 3).map(({ root }) => signTrust(nodeCrypto, root, document)));
  const signatures = signed.map(({ kid, signature }) => ({ kid, signature: toBase64url(signature) }));
  signatures.sort((a, b) => (a.kid < b.kid ? -1 : 1));
  await ledger.submit(ledger.member(0).admin, "trust.next", { document: fromUtf8(document), signatures });
}

/** A history in which every transaction type occurs; it ends with a tick and a cosigned checkpoint. */
export async function tell(ledger: GoldenLedger): Promise<Story> {
  const [author, second, third] = [edKey("author"), ecKey("second author"), rsaKey()];
  const device = edKey("device");
  await enrolPeople(ledger);
  await createClasses(ledger);
  await renewTrust(ledger);
  await approve(ledger, author, ["pump", "sensor"]);
  const sensor = await publishSensor(ledger, author);
  await enrolDevice(ledger, device);
  await handOver(ledger, author, second);
  await handOver(ledger, second, third);
  await publishPump(ledger, third);
  const retired = edKey("a retired author");
  await approve(ledger, retired, ["sensor"]);
  await ledger.submit(ledger.member(0).admin, "author.revoke", { author: retired.kid });
  ledger.now += DAY / 3;
  await ledger.submit(ledger.member(2).node, "tick", { time: ledger.now });
  await ledger.cosign();
  return { ...sensor, author, device };
}

/** What only a ledger that was founded with nodes knows: one moves to a new key and id, and names an authority. */
export async function tellOfNodes(ledger: GoldenLedger): Promise<void> {
  const { admin, name } = ledger.member(0);
  const next = edKey(`${name} second validator`);
  const { key } = next;
  if (key.kty !== "OKP") throw new TypeError("a validator key is Ed25519");
  const proof = await ledger.proofBy(next, name, "validator");
  await ledger.submit(admin, "node.declare", {
    peer: "0123456789abcdef".repeat(3).slice(0, 40),
    proof,
    validator: key,
  });
  const certificate = toBase64url(utf8("stands for the DER of a certificate"));
  await ledger.submit(admin, "organisation.authority", { certificate });
}
