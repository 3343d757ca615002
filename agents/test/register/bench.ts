import { fromUtf8, toBase64url, utf8 } from "@firmament/core/bytes";
import { canonicalBytes } from "@firmament/core/codec";
import type { Manifest } from "@firmament/core/manifest";
import type { Body, Release } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { type RegisterLimits, RegisterService } from "../../src/register/index.ts";
import { signManifest, signTransaction } from "../../src/signing/index.ts";
import { FakeLedger } from "../fakes/ledger.ts";
import { FakeStagingStore } from "../fakes/staging-store.ts";
import { FakeTokenMint } from "../fakes/token-mint.ts";
import { ledger as ledgerId, manifest, newSigner, now } from "../support/samples.ts";

/** A register agent over fakes, an author with a live token, and what it signs. */
export async function registerBench(limits: Partial<RegisterLimits> = {}) {
  const [author, agent, signer] = await Promise.all([newSigner(), newSigner(), newSigner()]);
  const [ledger, tokens, content] = [new FakeLedger(), new FakeTokenMint(), new FakeStagingStore()];
  const releases = new Map<string, Release>();
  const standings = new Map<string, "approved" | "pending" | "unknown">();
  const service = new RegisterService({
    ledgerId,
    signer: agent,
    ledger,
    tokens,
    content,
    findAuthor: (kid) => standings.get(kid) ?? "approved",
    findRelease: (id) => releases.get(id),
    crypto: nodeCrypto,
    clock: () => now,
    limits: { submitRetryMs: 1, ...limits },
  });
  const token = await tokens.mint({ author: author.kid, ends: now + 1800, issued: now });
  const grant = toBase64url(nodeCrypto.sha256(utf8(token)));
  const transaction = async (
    changes: Partial<Body<"release.register">> = {},
    found: Manifest = manifest,
    ledger = ledgerId,
  ) => {
    const bytes = canonicalBytes(found);
    const signatures = await signManifest(nodeCrypto, author, bytes, found.payloadDigest);
    const body = { author: author.kid, grant, manifest: fromUtf8(bytes), ...signatures, ...changes };
    return signTransaction(signer, { body, expires: now + 300, ledger, type: "release.register" });
  };
  return { agent, author, content, grant, ledger, releases, service, signer, standings, token, tokens, transaction };
}
