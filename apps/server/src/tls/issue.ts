import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { toBase64url } from "@firmament/core/bytes";
import {
  generateKey,
  keyFor,
  passphraseFromEnvironment,
  type PrivateKey,
  privateKeyToPem,
  publicPart,
  readKeyFile,
  writeKeyFile,
} from "@firmament/crypto";
import { readAuthority } from "@firmament/crypto/certificates";
import type { Authority, LeafRequest } from "@firmament/crypto/certificates/issue";
import { makeFolder, replaceFile } from "../durable-file.ts";
import type { Home } from "../home.ts";
import { authorityFile, authorityKeyFile, serviceFile } from "./files.ts";

const PURPOSE = "authority";

// Loaded only where certificates are made: services and most commands make none.
const issuing = () => import("@firmament/crypto/certificates/issue");

function pemOf(der: Uint8Array): string {
  return new X509Certificate(der).toString();
}

async function authorityKey(path: string): Promise<PrivateKey> {
  const passphrase = await passphraseFromEnvironment();
  if (existsSync(path)) return keyFor(await readKeyFile(path, passphrase), PURPOSE);
  const key = await generateKey("ES256");
  makeFolder(dirname(path));
  await writeKeyFile(path, [{ key, purpose: PURPOSE }], passphrase);
  return key;
}

async function authorityCertificate(path: string, key: PrivateKey, time: number): Promise<Uint8Array> {
  if (existsSync(path)) return new Uint8Array(readAuthority(new X509Certificate(readFileSync(path)).raw).raw);
  const { issueAuthority } = await issuing();
  const certificate = await issueAuthority(key, time);
  makeFolder(dirname(path));
  replaceFile(path, pemOf(certificate));
  return certificate;
}

async function freshLeaf(authority: Authority, request: Omit<LeafRequest, "key">): Promise<string> {
  const { issueLeaf } = await issuing();
  const key = await generateKey("ES256");
  return privateKeyToPem(key) + pemOf(await issueLeaf(authority, { ...request, key: publicPart(key) }));
}

/**
 * Makes an organisation's certificate authority where it has none, and a fresh key and leaf for its services.
 * Running services take a new leaf within two seconds.
 *
 * @param hosts names and addresses under which others reach the services
 * @param time seconds since 1970
 * @returns the authority's certificate as genesis and `organisation.authority` take it: DER as base64url
 * @throws Refusal `passphrase/…`, `keystore/…`, `certificate/…`
 */
export async function issueOrganisationTls(
  home: Home,
  organisation: string,
  hosts: readonly string[],
  time: number,
): Promise<string> {
  const key = await authorityKey(authorityKeyFile(home, organisation));
  const certificate = await authorityCertificate(authorityFile(home, organisation), key, time);
  const name = `${organisation} services`.slice(0, 64);
  replaceFile(serviceFile(home, organisation), await freshLeaf({ certificate, key }, { hosts, name, time }));
  return toBase64url(certificate);
}

/**
 * Makes a fresh key and leaf for a device, by the authority that its owner has.
 *
 * @param device its key id
 * @param time seconds since 1970
 * @returns key and leaf, PEM
 * @throws Refusal `passphrase/…`, `keystore/…`, `certificate/…`
 */
export async function issueDeviceTls(home: Home, owner: string, device: string, time: number): Promise<string> {
  const keys = await readKeyFile(authorityKeyFile(home, owner), await passphraseFromEnvironment());
  const key = keyFor(keys, PURPOSE);
  const certificate = await authorityCertificate(authorityFile(home, owner), key, time);
  return freshLeaf({ certificate, key }, { device, hosts: [], name: `device ${device}`, time });
}
