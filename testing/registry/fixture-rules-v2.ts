import { type Call, type Rulebook, rulebook, type Ruleset } from "@firmament/core/registry";

/** The product's rules, but for one thing that the state shows: a device is enrolled without groups. */
const fixtureV2: Ruleset = (call) => {
  const { 1: rulesV1 } = rulebook;
  if (rulesV1 === undefined) throw new Error("the product lacks its first rules");
  return rulesV1({ ...call, transaction: withoutGroups(call.transaction) });
};

function withoutGroups(transaction: Call["transaction"]): Call["transaction"] {
  if (transaction.type !== "device.enrol") return transaction;
  return { ...transaction, body: { ...transaction.body, groups: [] } };
}

/** A fixture for tests of upgrades, not a product's rulebook: the product's, and a second version. */
export const rulebookWithFixtureV2: Rulebook = { ...rulebook, 2: fixtureV2 };
