import { after } from "node:test";
import { signPossession, signTransaction } from "@firmament/agents/signing";
import { HttpLedger } from "@firmament/ledger-http";
import { SqliteLedger } from "@firmament/ledger-sqlite";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { EngineNetwork } from "../bench/cometbft/engine-network.ts";
import { engineSkip } from "../network/engine-skip.ts";
import { CometApplications } from "./comet-applications.ts";
import { portSuite, type PortUnderTest } from "./port-suite.ts";

function transactionsOf(c: Consortium): Pick<PortUnderTest, "accepted" | "refused" | "strange"> {
  const enrol = async (signer = c.member(0).admin) =>
    c.transaction(signer, "identity.enrol", { key: (await newSigner()).key, roles: ["auditor"] });
  return {
    accepted: () => enrol(),
    strange: async () => enrol(await newSigner()),
    refused: async () => ({
      bytes: await c.transaction(c.member(0).admin, "tick", { time: c.now }),
      code: "identity/role",
    }),
  };
}

portSuite("sqlite", async () => {
  const c = await Consortium.found();
  const ledger = new SqliteLedger(c.replica, () => c.now);
  return {
    ...transactionsOf(c),
    genesisFile: c.genesisFile,
    ledgers: [ledger],
    async [Symbol.asyncDispose]() {
      await ledger[Symbol.asyncDispose]();
      c[Symbol.dispose]();
    },
  };
});

portSuite("cometbft's application, four of them on a fake engine", async () => {
  const c = await Consortium.found({ nodes: true });
  const applications = new CometApplications(c.genesisFile);
  for (const { name } of c.members) await applications.open(name, { clock: () => c.now });
  const engine = await applications.engine(() => c.now);
  return {
    ...transactionsOf(c),
    genesisFile: c.genesisFile,
    ledgers: applications.all.map(({ ledger }) => ledger),
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await applications[Symbol.asyncDispose]();
      c[Symbol.dispose]();
    },
  };
});

// Four engines take seconds to start: the tests of this suite share them.
let network: Promise<EngineNetwork> | undefined;
after(async () => (await network)?.[Symbol.asyncDispose]());

portSuite(
  "cometbft, four organisations on the real engine",
  async () => {
    network ??= EngineNetwork.start({ delayMs: 0, form: "product", organisations: 4 });
    const { genesis, home, members, network: addresses } = (await network).floor;
    const [first] = members;
    if (first === undefined) throw new Error("nobody founded the network");
    const sign = async (signer = first.admin, type: "enrol" | "tick" = "enrol") => {
      const expires = Math.floor(Date.now() / 1000) + 300;
      const { ledger } = genesis;
      if (type === "tick") return signTransaction(signer, { body: { time: expires }, expires, ledger, type });
      const { key, ...holder } = await newSigner();
      const claim = { ledger, organisation: first.name, purpose: "transaction" } as const;
      const proof = await signPossession({ key, ...holder }, claim);
      return signTransaction(signer, {
        body: { key, proof, roles: ["auditor"] },
        expires,
        ledger,
        type: "identity.enrol",
      });
    };
    return {
      accepted: () => sign(),
      strange: async () => sign(await newSigner()),
      refused: async () => ({ bytes: await sign(first.admin, "tick"), code: "identity/role" }),
      genesisFile: await home.genesis(),
      ledgers: addresses.nodes.map(({ ledger = "" }) => new HttpLedger(new URL(ledger))),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  },
  { skip: engineSkip() },
);
