import { fromBase64url, toBase64 } from "@firmament/core/bytes";
import type { Crypto } from "@firmament/core/keys";
import type { EngineNode, Genesis } from "@firmament/core/registry";
import { chainIdOf } from "@firmament/ledger-cometbft/chain-id";
import { engineAddress } from "@firmament/ledger-cometbft/engine-address";
import { refuse } from "./errors.ts";

const DAY_NS = 86_400_000_000_000n;

/** Block parameters that every engine of a ledger shares; a proposal that breaks one is refused by all others. */
const consensusParameters = {
  block: { max_bytes: "1048576", max_gas: "-1" },
  evidence: { max_age_duration: String(21n * DAY_NS), max_age_num_blocks: "100000", max_bytes: "65536" },
  validator: { pub_key_types: ["ed25519"] },
  version: { app: "1" },
  abci: { vote_extensions_enable_height: "0" },
};

function validatorOf(crypto: Crypto, name: string, { validator }: EngineNode) {
  const key = fromBase64url(validator.x);
  return {
    address: engineAddress(crypto, key).toUpperCase(),
    pub_key: { type: "tendermint/PubKeyEd25519", value: toBase64(key) },
    power: "1",
    name,
  };
}

/**
 * The engine's genesis file: a pure function of the ledger's, so that every organisation makes the same bytes by itself.
 *
 * @throws Refusal `engine/nodes` where the ledger was founded without validators
 */
export function engineGenesis(crypto: Crypto, { body, ledger }: Pick<Genesis, "body" | "ledger">): string {
  const validators = body.organisations.flatMap(({ name, node }) =>
    node === undefined ? [] : [validatorOf(crypto, name, node)],
  );
  if (validators.length === 0) throw refuse("engine/nodes", `${ledger} has none.`);
  // The engine's own order of equal powers.
  validators.sort((a, b) => (a.address < b.address ? -1 : 1));
  const document = {
    genesis_time: new Date(body.time * 1000).toISOString().replace(".000Z", "Z"),
    chain_id: chainIdOf(ledger),
    initial_height: "1",
    consensus_params: consensusParameters,
    validators,
    app_hash: "",
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
