import "reflect-metadata";
import { createPublicKey, randomUUID, webcrypto, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { authorityName } from "@firmament/crypto/certificates";
import {
  BasicConstraintsExtension,
  type Extension,
  type JsonGeneralNames,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { keyFor, passphraseFromEnvironment, privateKeyToPem, readKeyFile } from "@firmament/crypto";
import { authorityFile, authorityKeyFile } from "@firmament/server/tls";
import type { Home } from "@firmament/server/home";
import { time } from "./members.ts";

const P256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A key with its certificate, PEM both. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** What a forged certificate says; what is left out is as in an honest one. */
export interface Forgery {
  readonly address?: string;
  /** As {@link uriOf} spells a device's, or otherwise. */
  readonly uri?: string;
  readonly from?: number;
  readonly until?: number;
  readonly isAuthority?: boolean;
  /** The issuer's name, where it is not the signer's own. */
  readonly issuer?: string;
}

function pemOf(label: string, der: ArrayBuffer): string {
  return `-----BEGIN ${label}-----\n${Buffer.from(der).toString("base64")}\n-----END ${label}-----\n`;
}

async function newKeys() {
  const keys = await webcrypto.subtle.generateKey(P256, true, ["sign", "verify"]);
  return { keys, key: pemOf("PRIVATE KEY", await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)) };
}

async function signingKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = Buffer.from(pem.replace(/-----[^-]+-----/g, ""), "base64");
  return webcrypto.subtle.importKey("pkcs8", der, P256, false, ["sign"]);
}

/** An organisation's authority as its thief would use it. */
export async function stolenAuthority(home: Home, organisation: string): Promise<Identity> {
  const keys = await readKeyFile(authorityKeyFile(home, organisation), await passphraseFromEnvironment());
  const cert = await readFile(authorityFile(home, organisation), "utf8");
  return { cert, key: privateKeyToPem(keyFor(keys, "authority")) };
}

/** A self-signed authority that no ledger pins, under its own name or another's. */
export async function foreignAuthority(name?: string): Promise<Identity> {
  const { key, keys } = await newKeys();
  const made = await X509CertificateGenerator.createSelfSigned({
    extensions: [new BasicConstraintsExtension(true, 0, true)],
    keys,
    name: name ?? authorityName(createPublicKey(key)),
    notAfter: new Date((time() + 3600) * 1000),
    notBefore: new Date((time() - 3600) * 1000),
    signingAlgorithm: P256,
  });
  return { cert: `${made.toString("pem")}\n`, key };
}

/** The name of a device in its certificate. */
export function uriOf(device: string): string {
  return `urn:firmament:device:${device}`;
}

function namesOf({ address, uri }: Forgery): JsonGeneralNames {
  return [
    ...(uri === undefined ? [] : [{ type: "url", value: uri } as const]),
    ...(address === undefined ? [] : [{ type: "ip", value: address } as const]),
  ];
}

/** A certificate that this issuer signed, whatever it may sign. */
export async function forge(issuer: Identity, forgery: Forgery): Promise<Identity> {
  const { key, keys } = await newKeys();
  const extensions: Extension[] = [
    new BasicConstraintsExtension(forgery.isAuthority ?? false, undefined, true),
    new SubjectAlternativeNameExtension(namesOf(forgery)),
  ];
  const made = await X509CertificateGenerator.create({
    extensions,
    issuer: forgery.issuer ?? new X509Certificate(issuer.cert).subject,
    notAfter: new Date((forgery.until ?? time() + 3600) * 1000),
    notBefore: new Date((forgery.from ?? time() - 3600) * 1000),
    publicKey: keys.publicKey,
    signingAlgorithm: P256,
    signingKey: await signingKey(issuer.key),
    subject: [{ CN: [`forged ${randomUUID()}`] }],
  });
  return { cert: `${made.toString("pem")}\n`, key };
}
