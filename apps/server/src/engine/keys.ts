import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { concat, fromBase64, fromBase64url, toBase64, toBase64url } from "@firmament/core/bytes";
import { object, oneOf, text } from "@firmament/core/codec";
import { show } from "@firmament/core/errors";
import type { Signer } from "@firmament/core/keys";
import type { EngineNode } from "@firmament/core/registry";
import { generateKey, nodeCrypto, type PrivateKey, privateKey, softwareSigner } from "@firmament/crypto";
import { engineAddress } from "@firmament/ledger-cometbft/engine-address";
import { makeFolder, replaceFile } from "../durable-file.ts";
import { refuse } from "./errors.ts";

const PUBLIC_TYPE = "tendermint/PubKeyEd25519";
const PRIVATE_TYPE = "tendermint/PrivKeyEd25519";
const SEED_BYTES = 32;

const secret = object({ type: oneOf(PRIVATE_TYPE), value: text({ max: 88 }) });
const publicHalf = object({ type: oneOf(PUBLIC_TYPE), value: text({ max: 44 }) });
const validatorFile = object({ address: text({ max: 40 }), pub_key: publicHalf, priv_key: secret });
const peerFile = object({ priv_key: secret });

type Ed25519Secret = Extract<PrivateKey, { readonly kty: "OKP" }>;

/** What an organisation's engine is to the others, and the signer that proves it. */
export interface EngineKeys extends EngineNode {
  /** Holds the consensus key: for its proof of possession only, all else it signs through the engine. */
  readonly signer: Signer;
}

/** Keys of an engine: the one that it votes with, and the one by which its peers know it. */
export type EngineKeyName = "peer" | "validator";

const FILES: Readonly<Record<EngineKeyName, string>> = { peer: "node_key", validator: "priv_validator_key" };

/** File of an engine's key, or of the key that is to follow it. */
export function engineKeyFile(folder: string, name: EngineKeyName, age: "next" | "present" = "present"): string {
  return join(folder, "config", `${FILES[name]}${age === "next" ? ".next" : ""}.json`);
}

const statePath = (folder: string) => join(folder, "data", "priv_validator_state.json");

function ed25519(key: PrivateKey): Ed25519Secret {
  if (key.kty !== "OKP") throw new TypeError("an engine's key is Ed25519");
  return key;
}

function publicKeyOf(key: Ed25519Secret): EngineNode["validator"] {
  return { crv: key.crv, kty: key.kty, x: key.x };
}

// The engine's form of a private key: its seed, then its public half.
function secretOf(key: Ed25519Secret) {
  return { type: PRIVATE_TYPE, value: toBase64(concat(fromBase64url(key.d), fromBase64url(key.x))) };
}

function keyOf({ value }: { readonly value: string }): Ed25519Secret {
  const bytes = fromBase64(value);
  const [d, x] = [bytes.subarray(0, SEED_BYTES), bytes.subarray(SEED_BYTES)].map(toBase64url);
  return ed25519(privateKey({ crv: "Ed25519", d, kty: "OKP", x }));
}

const peerIdOf = ({ x }: Ed25519Secret) => engineAddress(nodeCrypto, fromBase64url(x));

function keysOf(validator: Ed25519Secret, peer: Ed25519Secret): EngineKeys {
  return { peer: peerIdOf(peer), validator: publicKeyOf(validator), signer: softwareSigner(validator) };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function fileOf(name: EngineKeyName, key: Ed25519Secret): string {
  if (name === "peer") return json({ priv_key: secretOf(key) });
  const half = publicKeyOf(key);
  return json({
    address: engineAddress(nodeCrypto, fromBase64url(half.x)).toUpperCase(),
    pub_key: { type: PUBLIC_TYPE, value: toBase64(fromBase64url(half.x)) },
    priv_key: secretOf(key),
  });
}

const newKey = async () => ed25519(await generateKey("EdDSA"));

/**
 * Makes an engine's consensus key, peer key and empty memory of votes, in the files that the engine reads.
 *
 * @param folder home of the engine
 * @throws Refusal `engine/keys` where it has a key already: to replace it is another act
 */
export async function makeEngineKeys(folder: string): Promise<EngineKeys> {
  const paths = [engineKeyFile(folder, "validator"), engineKeyFile(folder, "peer"), statePath(folder)];
  if (paths.some((path) => existsSync(path))) throw refuse("engine/keys", `${show(folder)} has keys already.`);
  const [validator, peer] = [await newKey(), await newKey()];
  for (const name of ["config", "data"]) makeFolder(join(folder, name));
  replaceFile(engineKeyFile(folder, "validator"), fileOf("validator", validator));
  replaceFile(engineKeyFile(folder, "peer"), fileOf("peer", peer));
  // The engine's memory of what it signed: without it, it would not start.
  replaceFile(statePath(folder), json({ height: "0", round: 0, step: 0 }));
  return keysOf(validator, peer);
}

/**
 * Makes the key that is to follow an engine's present one, beside it; one that is there already stays.
 *
 * @param folder home of the engine
 */
export async function makeNextEngineKey(folder: string, name: EngineKeyName): Promise<void> {
  const path = engineKeyFile(folder, name, "next");
  if (!existsSync(path)) replaceFile(path, fileOf(name, await newKey()));
}

const forms = { peer: peerFile, validator: validatorFile };

function readKey(folder: string, name: EngineKeyName, age: "next" | "present"): Ed25519Secret {
  const path = engineKeyFile(folder, name, age);
  try {
    return keyOf(forms[name](JSON.parse(readFileSync(path, "utf8")), "key file").priv_key);
  } catch {
    // No cause: it might hold a part of the key.
    throw refuse("engine/keys", `${show(path)} cannot be read.`);
  }
}

/** Reads an engine's keys. @throws Refusal `engine/keys`, which never holds a part of a key */
export function readEngineKeys(folder: string): EngineKeys {
  return keysOf(readKey(folder, "validator", "present"), readKey(folder, "peer", "present"));
}

/** The keys that an engine will have: of each, the one that is to follow, or else the present one. @throws Refusal `engine/keys` */
export function upcomingEngineKeys(folder: string): EngineKeys {
  const age = (name: EngineKeyName) => (existsSync(engineKeyFile(folder, name, "next")) ? "next" : "present");
  return keysOf(readKey(folder, "validator", age("validator")), readKey(folder, "peer", age("peer")));
}
