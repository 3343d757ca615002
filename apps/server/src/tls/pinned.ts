import type { X509Certificate } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { fromBase64url } from "@firmament/core/bytes";
import { Refusal } from "@firmament/core/errors";
import { type GenesisBody, tables } from "@firmament/core/registry";
import { readAuthority } from "@firmament/crypto/certificates";
import { currentRecord } from "@firmament/replica";

/** Authorities by organisation. */
export type Authorities = ReadonlyMap<string, X509Certificate>;

type Certificates = readonly (readonly [organisation: string, certificate: string | undefined])[];

function fromGenesis({ organisations }: GenesisBody): Certificates {
  return organisations.map(({ authority, name }) => [name, authority]);
}

function fromState(database: DatabaseSync): Certificates | undefined {
  const active = currentRecord(database, tables.electorate)?.organisations;
  return active?.map((name) => [name, currentRecord(database, tables.authority, name)?.certificate]);
}

// The state machine does not look inside: an organisation whose bytes are no authority has none.
function parse(certificate: string): X509Certificate | undefined {
  try {
    return readAuthority(fromBase64url(certificate));
  } catch (cause) {
    if (cause instanceof Refusal) return undefined;
    throw cause;
  }
}

/** The authorities of the active organisations, as an organisation's own replica of the ledger has them. */
export class PinnedAuthorities {
  readonly #genesis: GenesisBody;
  readonly #state: () => DatabaseSync | undefined;
  #parsed = new Map<string, X509Certificate | undefined>();

  /** @param state the replica, to read; nothing while there is none, and then the genesis counts */
  constructor(genesis: GenesisBody, state: () => DatabaseSync | undefined) {
    this.#genesis = genesis;
    this.#state = state;
  }

  /** As they are now. */
  read(): Authorities {
    const database = this.#state();
    const certificates = (database && fromState(database)) ?? fromGenesis(this.#genesis);
    const parsed = new Map<string, X509Certificate | undefined>();
    const found = new Map<string, X509Certificate>();
    for (const [organisation, certificate] of certificates) {
      if (certificate === undefined) continue;
      const authority = this.#parsed.has(certificate) ? this.#parsed.get(certificate) : parse(certificate);
      parsed.set(certificate, authority);
      if (authority !== undefined) found.set(organisation, authority);
    }
    this.#parsed = parsed;
    return found;
  }
}
