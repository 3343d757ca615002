import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { toBase64url } from "@firmament/core/bytes";
import type { Signer } from "@firmament/core/keys";
import { keyFor, readKeyFile, softwareSigner } from "@firmament/crypto";
import type { Home } from "@firmament/server/home";
import { authorityFile, authorityKeyFile } from "@firmament/server/tls";

/** An organisation's own certificate authority, as its home holds it. */
export interface HeldAuthority {
  /** DER as base64url, as the ledger takes it. */
  readonly certificate: string;
  readonly signer: Signer;
}

/** @throws Refusal `keystore/…` */
export async function heldAuthority(
  home: Home,
  organisation: string,
  passphrase: Uint8Array,
): Promise<HeldAuthority | undefined> {
  const path = authorityFile(home, organisation);
  if (!existsSync(path)) return undefined;
  const { raw } = new X509Certificate(readFileSync(path));
  const keys = await readKeyFile(authorityKeyFile(home, organisation), passphrase);
  return { certificate: toBase64url(raw), signer: softwareSigner(keyFor(keys, "authority")) };
}
