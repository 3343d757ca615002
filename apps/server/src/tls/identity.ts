import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { Refusal } from "@firmament/core/errors";

/** A key with its leaf, as one file holds them. */
export interface Identity {
  readonly leaf: X509Certificate;
  /** Key and leaf. */
  readonly pem: string;
}

/**
 * Reads a key and its leaf from a file for its owner's eyes only.
 *
 * @param fault the refusal with these details; they name no content of the file
 */
export function readIdentity(path: string, fault: (details: string) => Refusal): Identity {
  let key: KeyObject;
  let leaf: X509Certificate;
  let pem: string;
  try {
    pem = readFileSync(path, "utf8");
    key = createPrivateKey(pem);
    leaf = new X509Certificate(pem);
  } catch {
    throw fault(`${path} cannot be read.`);
  }
  if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0) throw fault(`Others may read ${path}.`);
  if (!leaf.checkPrivateKey(key)) throw fault(`Key and leaf in ${path} differ.`);
  return { leaf, pem };
}
