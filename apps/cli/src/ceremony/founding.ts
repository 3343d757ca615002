import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { signTrust } from "@firmament/agents/signing";
import { keyId } from "@firmament/core/keys";
import { decodeGenesis, encodeGenesis } from "@firmament/core/registry";
import { decodeTrustRoot, type TrustRoot } from "@firmament/core/trust";
import { nodeCrypto, passphraseFromEnvironment } from "@firmament/crypto";
import { refuse as refuseHome } from "@firmament/server";
import { replaceFile } from "@firmament/server/durable-file";
import { prepareEngine } from "@firmament/server/engine";
import { type Home, type Network, nodeUrl } from "@firmament/server/home";
import { type Draft, draftedLedger } from "./draft.ts";
import { refuse } from "./errors.ts";
import { assertOwnMember, heldKeys } from "./held-keys.ts";
import type { Member } from "./member-file.ts";
import { networkText } from "./network-file.ts";
import { networkOf } from "./member-network.ts";
import { encodeSignatureFile, gather, type SignatureFile } from "./signature-file.ts";
import { countSignatures } from "./signatures.ts";

function trustOf(draft: Draft): TrustRoot {
  return decodeTrustRoot(nodeCrypto, draftedLedger(draft).trust);
}

/**
 * Signs trust/1 of a draft with an organisation's root key, once the draft names the keys of its home.
 *
 * @returns the signature file
 * @throws Refusal `ceremony/own-entry`, `keystore/…`
 */
export async function signDraft(home: Home, organisation: string, draft: Draft): Promise<Uint8Array> {
  const member = draft.members.find(({ statement }) => statement.name === organisation)?.statement;
  if (member === undefined) throw refuse("ceremony/own-entry", `${organisation} is not in the draft.`);
  const held = await heldKeys(home, organisation, await passphraseFromEnvironment());
  assertOwnMember(member, held);
  const root = trustOf(draft);
  const asked = held.roots.filter(({ kid }) => kid === keyId(nodeCrypto, member.root));
  const signatures = asked.map((signer) => signTrust(nodeCrypto, signer, root.bytes));
  return encodeSignatureFile(root, await Promise.all(signatures));
}

/**
 * The genesis file of a draft that every founder signed. A threshold of them would do for the ledger; at its founding,
 * whoever has not signed has not founded it.
 *
 * @throws Refusal `ceremony/unsigned`, `ceremony/signature`
 */
export function sealGenesis(draft: Draft, files: readonly SignatureFile[]): Uint8Array {
  const root = trustOf(draft);
  const signatures = gather(root, files);
  const { missing } = countSignatures(root, signatures);
  if (missing.length > 0) throw refuse("ceremony/unsigned", `Missing: ${missing.join(", ")}.`);
  const bytes = encodeGenesis(draftedLedger(draft).bytes, { document: root.bytes, signatures });
  decodeGenesis(nodeCrypto, bytes);
  return bytes;
}

/** @throws Refusal `ceremony/genesis` where the genesis is not the draft's, or a founder has not signed it */
export function assertSealed(draft: Draft, genesis: Uint8Array): void {
  const { digest, trust } = decodeGenesis(nodeCrypto, genesis);
  const drafted = draftedLedger(draft);
  if (digest !== drafted.digest) throw refuse("ceremony/genesis", `It is ${digest}, the draft's is ${drafted.digest}.`);
  const { missing } = countSignatures(trustOf(draft), trust.signatures);
  if (missing.length > 0) throw refuse("ceremony/genesis", `${missing.join(", ")} did not sign it.`);
}

/** @throws Refusal `ceremony/genesis` where an organisation made its member file to join another ledger */
export function assertJoins({ joins, name }: Member, genesis: Uint8Array): void {
  const { ledger } = decodeGenesis(nodeCrypto, genesis);
  if (joins !== undefined && joins.ledger !== ledger)
    throw refuse("ceremony/genesis", `It is of ${ledger}, ${name} joins ${joins.ledger}.`);
}

/** What a home is given to take part in a ledger. */
export interface Installation {
  readonly genesis: Uint8Array;
  readonly network: Network;
  readonly organisation: string;
}

/**
 * Writes a ledger's genesis and addresses into the home of an organisation that has made its keys, and its engine's
 * files where it runs one.
 *
 * @throws Refusal `home/organisation`, `home/exists`, `codec/…`, `genesis/form`, `trust/…`, `engine/…`
 */
export async function install(home: Home, { genesis, network, organisation }: Installation): Promise<void> {
  decodeGenesis(nodeCrypto, genesis);
  nodeUrl(network, organisation);
  if (existsSync(home.genesisFile)) throw refuseHome("home/exists", home.genesisFile);
  await mkdir(home.path, { mode: 0o700, recursive: true });
  replaceFile(home.networkFile, networkText(network));
  replaceFile(home.genesisFile, genesis);
  if (existsSync(home.engineFolder(organisation))) await prepareEngine(home, organisation);
}

/** The addresses of a draft's members. */
export function draftedNetwork(draft: Draft): Network {
  return networkOf(draft.members.map(({ statement }) => statement));
}
