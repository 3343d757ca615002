// The certificate library asks for this polyfill before it is loaded itself.
import "reflect-metadata";
import { isIP } from "node:net";
import { createPublicKey, randomBytes, webcrypto } from "node:crypto";
import { toHex } from "@firmament/core/bytes";
import type { PublicKey } from "@firmament/core/keys";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralNames,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { type PrivateKey, privateKeyObject, publicPart } from "../private-key.ts";
import { authorityName, readAuthority } from "./authority.ts";
import { deviceName } from "./device.ts";
import { refuse } from "./errors.ts";

const DAY = 86_400;
/** Seconds for which an authority's certificate is valid. */
export const authoritySeconds = 3650 * DAY;
/** Seconds for which a leaf is valid: it cannot be revoked, so it is short-lived. */
export const leafSeconds = 90 * DAY;
/** Seconds by which a certificate is valid earlier than it was made, for clocks that are behind. */
const EARLIER = 3600;
const MAX_HOSTS = 64;
const P256 = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };

/** An organisation's own authority: its certificate as DER, and the key of it. */
export interface Authority {
  readonly certificate: Uint8Array;
  readonly key: PrivateKey;
}

/** What a leaf is for. */
export interface LeafRequest {
  readonly key: PublicKey;
  /** Shown to people; it decides nothing. */
  readonly name: string;
  /** Host names and IP addresses that it may serve; with none it is a client's only. */
  readonly hosts: readonly string[];
  /** Key id of the device that it is for, which is a client only. */
  readonly device?: string;
  /** Seconds since 1970 from which it is valid, apart from an allowance for clocks. */
  readonly time: number;
}

function publicCryptoKey(key: PublicKey): Promise<webcrypto.CryptoKey> {
  if (key.kty !== "EC") throw refuse("certificate/key", `It is of kind ${key.kty}.`);
  return webcrypto.subtle.importKey("jwk", { ...key }, P256, true, ["verify"]);
}

function signingKey(key: PrivateKey): Promise<webcrypto.CryptoKey> {
  if (key.kty !== "EC") throw refuse("certificate/key", `It is of kind ${key.kty}.`);
  return webcrypto.subtle.importKey("jwk", { ...key }, P256, false, ["sign"]);
}

function validity(time: number, seconds: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date((time - EARLIER) * 1000), notAfter: new Date((time + seconds) * 1000) };
}

// 127 random bits, positive and never zero (RFC 5280 section 4.1.2.2).
function serialNumber(): string {
  const bytes = Uint8Array.from(randomBytes(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return toHex(bytes);
}

/**
 * Makes an organisation's authority: self-signed, for leaves only (path length 0).
 *
 * @param key P-256
 * @param time seconds since 1970
 * @returns DER
 * @throws Refusal `certificate/key`
 */
export async function issueAuthority(key: PrivateKey, time: number): Promise<Uint8Array> {
  const [publicKey, privateKey] = await Promise.all([publicCryptoKey(publicPart(key)), signingKey(key)]);
  const made = await X509CertificateGenerator.createSelfSigned({
    ...validity(time, authoritySeconds),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      await SubjectKeyIdentifierExtension.create(publicKey),
    ],
    keys: { privateKey, publicKey },
    name: authorityName(createPublicKey(privateKeyObject(key))),
    serialNumber: serialNumber(),
    signingAlgorithm: SIGNATURE,
  });
  return new Uint8Array(made.rawData);
}

function namesOf(hosts: readonly string[]): JsonGeneralNames {
  const bare = hosts.map((host) => host.replace(/^\[(.*)\]$/, "$1"));
  const wrong = bare.find((host) => isIP(host) === 0 && !/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(host));
  if (wrong !== undefined || bare.length > MAX_HOSTS) throw refuse("certificate/host", `Got ${bare.join(", ")}.`);
  return bare.map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value }));
}

function usageOf({ device, hosts }: LeafRequest): readonly Extension[] {
  const client = new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]);
  if (device !== undefined) {
    if (hosts.length > 0) throw refuse("certificate/device", `It names ${hosts.join(", ")}.`);
    return [client, new SubjectAlternativeNameExtension([{ type: "url", value: deviceName(device) }])];
  }
  if (hosts.length === 0) return [client];
  return [
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
    new SubjectAlternativeNameExtension(namesOf(hosts)),
  ];
}

/**
 * Issues a leaf for one of the organisation's services, people or devices.
 *
 * @returns DER
 * @throws Refusal `certificate/authority`, `certificate/key`, `certificate/host`, `certificate/device`
 */
export async function issueLeaf(authority: Authority, request: LeafRequest): Promise<Uint8Array> {
  const issuer = readAuthority(authority.certificate);
  if (!issuer.checkPrivateKey(privateKeyObject(authority.key))) throw refuse("certificate/key");
  const [publicKey, issuerKey] = await Promise.all([
    publicCryptoKey(request.key),
    publicCryptoKey(publicPart(authority.key)),
  ]);
  const made = await X509CertificateGenerator.create({
    ...validity(request.time, leafSeconds),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      ...usageOf(request),
      await SubjectKeyIdentifierExtension.create(publicKey),
      await AuthorityKeyIdentifierExtension.create(issuerKey),
    ],
    issuer: issuer.subject,
    publicKey,
    serialNumber: serialNumber(),
    signingAlgorithm: SIGNATURE,
    signingKey: await signingKey(authority.key),
    subject: [{ CN: [request.name] }],
  });
  return new Uint8Array(made.rawData);
}
