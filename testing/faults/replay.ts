import { toBase64url } from "@firmament/core/bytes";
import type { Rulebook } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { blocksFrom, openDatabase, Replica } from "@firmament/replica";
import type { FaultMember } from "./fault-member.ts";

const PAGE = 64;

/**
 * Executes a member's blocks again from the genesis on, by the rules of one build.
 *
 * @returns root of the log, base64url
 * @throws RulesMissingError where the build lacks the rules in force
 */
export async function replayedRoot({ home, name }: FaultMember, rulebook: Rulebook): Promise<string> {
  using replica = Replica.open(":memory:", nodeCrypto, await home.genesis(), { rulebook });
  const database = openDatabase(home.applicationFile(name), { readOnly: true });
  try {
    for (let page = blocksFrom(database, 1, PAGE); page.length > 0; page = blocksFrom(database, next(replica), PAGE)) {
      for (const block of page) replica.apply(block);
    }
  } finally {
    database.close();
  }
  return toBase64url(replica.status.root);
}

const next = ({ status }: Replica): number => status.height + 1;
