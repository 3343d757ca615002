import { fromBase64url, fromUtf8, utf8 } from "@firmament/core/bytes";
import { Refusal } from "@firmament/core/errors";
import { decodeGenesis } from "@firmament/core/registry";
import { chainIdOf } from "@firmament/ledger-cometbft";
import { nodeCrypto } from "@firmament/crypto";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { AbciConnection } from "./abci-connection.ts";
import { CometApplications } from "./comet-applications.ts";

export const coded = (code: string) => (cause: unknown) => cause instanceof Refusal && cause.code === code;

export function validatorsOf(c: Consortium) {
  const { body } = decodeGenesis(nodeCrypto, c.genesisFile);
  return body.organisations.map(({ node }) => ({
    power: 1n,
    pubKey: { ed25519: fromBase64url(node?.validator.x ?? "") },
  }));
}

export const initChain = (c: Consortium, change: object = {}) => ({
  chainId: chainIdOf(c.ledger),
  validators: validatorsOf(c),
  ...change,
});

export async function enrolment(c: Consortium, signer = c.member(0).admin): Promise<Uint8Array> {
  return c.transaction(signer, "identity.enrol", { key: (await newSigner()).key, roles: ["auditor"] });
}

export const block = (c: Consortium, height: number, txs: readonly Uint8Array[], time = c.now) => ({
  height: BigInt(height),
  time: { nanos: 999_999_999, seconds: BigInt(time) },
  txs,
});

/** One application, its consortium, and a connection to it after the engine's first call. */
export async function started(options: Parameters<CometApplications["open"]>[1] = {}) {
  const c = await Consortium.found({ nodes: true });
  const applications = new CometApplications(c.genesisFile);
  const one = await applications.open("one", { clock: () => c.now, ...options });
  const abci = await AbciConnection.open(one.abci);
  await abci.call("initChain", initChain(c));
  return {
    abci,
    applications,
    c,
    one,
    async [Symbol.asyncDispose]() {
      abci[Symbol.dispose]();
      await applications[Symbol.asyncDispose]();
      c[Symbol.dispose]();
    },
  };
}

/** The application's refusal of one transaction when the engine takes it, `undefined` where it takes it. */
export async function refusalOf(abci: AbciConnection, tx: Uint8Array, type = 0): Promise<string | undefined> {
  const { code, log } = await abci.call("checkTx", { tx, type });
  return code === 0 ? undefined : (JSON.parse(log) as { code: string }).code;
}

export function altered(bytes: Uint8Array): Uint8Array {
  const envelope = JSON.parse(fromUtf8(bytes)) as { signature: string };
  const first = envelope.signature.startsWith("A") ? "B" : "A";
  return utf8(JSON.stringify({ ...envelope, signature: `${first}${envelope.signature.slice(1)}` }));
}
