import { join } from "node:path";
import { signPossession } from "@firmament/agents/signing";
import type { Signer } from "@firmament/core/keys";
import { passphraseFromEnvironment } from "@firmament/crypto";
import { replaceFile } from "@firmament/server/durable-file";
import { makeEngineKeys } from "@firmament/server/engine";
import type { ActorName, Home } from "@firmament/server/home";
import { issueOrganisationTls } from "@firmament/server/tls";
import { DELEGATION } from "./genesis-body.ts";
import { type HeldKeys, heldKeys } from "./held-keys.ts";
import { encodeMemberFile, type Member, type MemberAddresses } from "./member-file.ts";
import { EVERYONE, makeKeys } from "./organisation-keys.ts";

/** An organisation that makes its keys. */
export interface NewMember {
  readonly name: string;
  readonly addresses: MemberAddresses;
  /** Whether it runs a validator of a replicated ledger. */
  readonly validator: boolean;
  /** Id of the ledger that it joins; absent of a founder. */
  readonly joins?: string | undefined;
  /** Seconds since 1970. */
  readonly time: number;
}

/** The organisation's own copy of its member file. */
export function memberFileOf(home: Home, organisation: string): string {
  return join(home.organisation(organisation), "member.json");
}

function last<T>(items: readonly T[]): T {
  const found = items.at(-1);
  if (found === undefined) throw new Error("there is no key");
  return found;
}

function signersOf({ admin, authority, cosigners, engine, roots }: HeldKeys): Signer[] {
  const more = [authority?.signer, engine?.signer].filter((signer) => signer !== undefined);
  return [admin, last(cosigners), last(roots), ...more];
}

/** What an organisation says of itself now: of two keys for one purpose, the one that is to follow. */
function statementOf(held: HeldKeys, own: Pick<Member, "addresses" | "joins" | "name" | "time">): Member {
  const { key } = last(held.cosigners);
  if (key.kty !== "OKP") throw new TypeError("a cosigner key is Ed25519");
  const { authority, engine } = held;
  return {
    addresses: own.addresses,
    admin: held.admin.key,
    cosigner: { key, until: own.time + DELEGATION },
    name: own.name,
    root: last(held.roots).key,
    time: own.time,
    type: "firmament-member/v1",
    ...(authority === undefined ? {} : { authority: authority.certificate }),
    ...(engine === undefined ? {} : { node: { peer: engine.peer, validator: engine.validator } }),
    ...(own.joins === undefined ? {} : { joins: own.joins }),
  };
}

/**
 * States an organisation anew from the keys that its home holds, and keeps a copy there.
 *
 * @returns the member file
 */
export async function restate(
  home: Home,
  own: Pick<Member, "addresses" | "joins" | "name" | "time">,
): Promise<Uint8Array> {
  const held = await heldKeys(home, own.name, await passphraseFromEnvironment());
  const bytes = await encodeMemberFile(statementOf(held, own), signersOf(held));
  replaceFile(memberFileOf(home, own.name), bytes);
  return bytes;
}

// The engine's peers know each other by their keys; everything else is reached over TLS.
function hostsOf({ peer: _peer, ...urls }: MemberAddresses): readonly string[] {
  return [...new Set(Object.values<string>(urls).map((url) => new URL(url).hostname))];
}

/**
 * Issues a new certificate to an organisation's services, for the hosts of its addresses. Its authority stays.
 *
 * @param time seconds since 1970
 * @throws Refusal `keystore/…`, `passphrase/…`, `certificate/…`
 */
export async function certify(
  home: Home,
  { addresses, name }: Pick<Member, "addresses" | "name">,
  time: number,
): Promise<void> {
  await issueOrganisationTls(home, name, hostsOf(addresses), time);
}

// The agents' keys follow from what the organisation runs.
function actorsOf({ addresses }: NewMember): readonly ActorName[] {
  const author: readonly ActorName[] = addresses.author === undefined ? [] : ["author", "author-agent"];
  const register: readonly ActorName[] = addresses.register === undefined ? [] : ["register-agent"];
  return [...EVERYONE, ...author, ...register];
}

/**
 * Makes all keys of one organisation in its home, and states its public half.
 *
 * @returns the member file, also kept in the home
 * @throws Refusal `keystore/exists`, `engine/keys`, `passphrase/…`, `certificate/…`
 */
export async function createMember(home: Home, member: NewMember): Promise<Uint8Array> {
  const { name, time } = member;
  const passphrase = await passphraseFromEnvironment();
  const { admin } = await makeKeys(home, name, actorsOf(member), passphrase);
  if (member.validator) await makeEngineKeys(home.engineFolder(name));
  await certify(home, member, time);
  const { addresses, joins: ledger } = member;
  if (ledger === undefined) return restate(home, { addresses, name, time });
  const proof = await signPossession(admin, { ledger, organisation: name, purpose: "transaction" });
  return restate(home, { addresses, joins: { ledger, proof }, name, time });
}
