import { randomBytes } from "node:crypto";
import { signManifest, signPetition } from "@firmament/agents/signing";
import { fromBase64url, toBase64, toBase64url } from "@firmament/core/bytes";
import { canonicalBytes } from "@firmament/core/codec";
import type { Signer } from "@firmament/core/keys";
import type { Manifest } from "@firmament/core/manifest";
import { type Release, type Rollout, tables } from "@firmament/core/registry";
import { nodeCrypto, publicKeyToPem } from "@firmament/crypto";
import { currentRecord } from "@firmament/replica";
import { setTimeout as delay } from "node:timers/promises";
import { sendPetition, sendUpdate } from "./agent-client.ts";
import { refuse } from "./errors.ts";
import { describeImage } from "./image.ts";
import type { Session } from "./session.ts";

/** What an author says of an image when publishing it. */
export interface Publication {
  readonly image: string;
  readonly className: string;
  readonly version: string;
  readonly vendor: string;
  readonly storageLocation: string;
  readonly format: string;
  readonly dependencies: Manifest["dependencies"];
  readonly rollout?: Rollout;
}

const base64 = (text: string): string => toBase64(fromBase64url(text));

/** The manifest of an image file. */
export async function manifestOf(publication: Publication, sequence: number): Promise<Manifest> {
  const { cid, sha256, sha384, size } = await describeImage(publication.image);
  return {
    classID: publication.className,
    dependencies: publication.dependencies,
    encryptionWrapper: { scheme: "none" },
    image: { sha256, sha384, size },
    monotonicSequenceNumber: sequence,
    payloadDigest: sha384,
    payloadFormat: publication.format,
    size,
    storageLocation: publication.storageLocation,
    stored: { cid, sha256, sha384, size },
    vendorID: publication.vendor,
    versionID: publication.version,
  };
}

/** Proves possession of the author key to the author agent, which keeps the token. */
export async function petition(session: Session, author: Signer, text: string): Promise<string> {
  const { message, signature } = await signPetition(author, {
    ledger: session.genesis.ledger,
    nonce: randomBytes(16),
    text,
  });
  const request = { publicKey: publicKeyToPem(author.key), message, signedMessage: base64(signature) };
  const { organisation, url } = session.network.author;
  const { fetch } = await session.transport(organisation);
  return sendPetition(url, request, fetch);
}

// Agents can withhold, and nothing else: the organisation's own replica must show the very manifest that was signed.
async function requireRegistered(session: Session, release: string, manifest: Uint8Array): Promise<void> {
  const { organisation } = session.network.author;
  const found = await waitForState(session, organisation, release, ["PUBLISHED", "REGISTERED", "STORED"]);
  const digest = toBase64url(nodeCrypto.sha384(manifest));
  if (found.manifestDigest !== digest)
    throw refuse("cli/agent", `Release ${release} is not of the manifest that was sent.`);
}

/** Signs an image's manifest with the author's key and hands both to the author agent. @returns the release id */
export async function publish(session: Session, author: Signer, publication: Publication): Promise<string> {
  const manifest = await manifestOf(publication, Date.now());
  const { payloadSignature, signature } = await signManifest(
    nodeCrypto,
    author,
    canonicalBytes(manifest),
    manifest.payloadDigest,
  );
  const update = {
    authorManifestSign: base64(signature),
    authorSign: base64(payloadSignature),
    manifest,
    ...(publication.rollout === undefined ? {} : { rollout: publication.rollout }),
  };
  const { organisation, url } = session.network.author;
  const { fetch } = await session.transport(organisation);
  const sent = { publicKey: publicKeyToPem(author.key), update, image: publication.image };
  const answer = await sendUpdate(url, sent, fetch);
  const release = typeof answer === "object" && answer !== null && "release" in answer ? answer.release : undefined;
  if (typeof release !== "string") throw refuse("cli/agent", "The answer names no release.");
  await requireRegistered(session, release, canonicalBytes(manifest));
  return release;
}

const POLL_MS = 5;

/** Waits until an organisation's own replica shows the release in one of the states. @throws Refusal `cli/waited` */
export async function waitForState(
  session: Session,
  organisation: string,
  release: string,
  states: readonly Release["state"][],
  timeoutMs = 30_000,
): Promise<Release> {
  using database = closing(session.replica(organisation));
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = currentRecord(database.value, tables.release, release);
    if (found !== undefined && states.includes(found.state)) return found;
    if (Date.now() > end) throw refuse("cli/waited", `${release} is ${found?.state ?? "unknown"} at ${organisation}.`);
    await delay(POLL_MS);
  }
}

/** Puts a database under `using`. */
export function closing<T extends { close(): void }>(value: T): Disposable & { readonly value: T } {
  return {
    value,
    [Symbol.dispose]() {
      value.close();
    },
  };
}
