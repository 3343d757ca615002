import type { DatabaseSync } from "node:sqlite";
import { fromBase64url, toHex } from "@firmament/core/bytes";
import { decodeTransaction, tables } from "@firmament/core/registry";
import { currentRecord, type Replica } from "@firmament/replica";
import { type Misbehavior, MisbehaviorType } from "cosmjs-types/tendermint/abci/types";
import { engineAddress } from "./engine-address.ts";

/** A validator's key that signed what it must not, as the engine proved it in a block. */
export interface Misbehaviour {
  readonly kind: "duplicate-vote" | "light-client-attack" | "unknown";
  /** First 20 bytes of the key's SHA-256, 40 hexadecimal digits. */
  readonly address: string;
  /** Whose key it is or was, where the ledger knows. */
  readonly organisation?: string;
  /** Engine height of the act. */
  readonly height: number;
  /** Seconds since 1970. */
  readonly time: number;
}

function kindOf(type: MisbehaviorType): Misbehaviour["kind"] {
  if (type === MisbehaviorType.DUPLICATE_VOTE) return "duplicate-vote";
  return type === MisbehaviorType.LIGHT_CLIENT_ATTACK ? "light-client-attack" : "unknown";
}

interface Voter {
  readonly key: string;
  readonly organisation: string;
}

// The receipt of a declaration begins like this, and no other does.
const DECLARATIONS = `SELECT bytes FROM transactions WHERE result LIKE '{"validator":%'`;

// Whoever signed twice may have declared another key since.
function* voters({ crypto, genesis }: Replica, reader: DatabaseSync): Generator<Voter> {
  yield* currentRecord(reader, tables.validators)?.members ?? [];
  for (const { name: organisation, node } of genesis.body.organisations)
    if (node !== undefined) yield { key: node.validator.x, organisation };
  for (const row of reader.prepare(DECLARATIONS).iterate()) {
    const { body, kid, type } = decodeTransaction(crypto, row["bytes"] as Uint8Array);
    const organisation = currentRecord(reader, tables.identity, kid)?.organisation;
    if (type === "node.declare" && organisation !== undefined) yield { key: body.validator.x, organisation };
  }
}

function ownerOf(replica: Replica, reader: DatabaseSync, address: string): string | undefined {
  for (const { key, organisation } of voters(replica, reader))
    if (engineAddress(replica.crypto, fromBase64url(key)) === address) return organisation;
  return undefined;
}

/** @param reader a connection to the replica's database that sees committed blocks only */
export function misbehaviourOf(replica: Replica, reader: DatabaseSync, found: Misbehavior): Misbehaviour {
  const address = toHex(found.validator.address);
  const organisation = ownerOf(replica, reader, address);
  return {
    kind: kindOf(found.type),
    address,
    ...(organisation === undefined ? {} : { organisation }),
    height: Number(found.height),
    time: Number(found.time.seconds),
  };
}
