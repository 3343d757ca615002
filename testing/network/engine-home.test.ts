import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { signPossession } from "@firmament/agents/signing";
import { fromBase64, toBase64url, utf8 } from "@firmament/core/bytes";
import { assertPossession } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import {
  Backoff,
  engineConfig,
  engineGenesis,
  engineState,
  findEngine,
  LogFile,
  makeEngineKeys,
  Progress,
  readEngineKeys,
} from "@firmament/server/engine";
import { decodeNetwork, ledgerUrl } from "@firmament/server/home";

const coded = (code: string) => ({ name: "Refusal", code });
const folder = mkdtempSync(join(tmpdir(), "firmament-engine-"));
after(() => {
  rmSync(folder, { force: true, recursive: true });
});

// Made by the engine itself: `cometbft init` and `cometbft show-node-id`.
const made = {
  address: "06E7C8939BDD82CB4795E78B6EA7DA1E849844D1",
  validator: "RcB4xDvhaYJD935ENZ8Owv3yKw3ug4TsBVwqWJVajWw=",
  peer: "3e291c7a6171feaf6f49354ab025c6e56a5c46eb",
  files: {
    "config/priv_validator_key.json":
      '{"address":"06E7C8939BDD82CB4795E78B6EA7DA1E849844D1","pub_key":{"type":"tendermint/PubKeyEd25519","value":"RcB4xDvhaYJD935ENZ8Owv3yKw3ug4TsBVwqWJVajWw="},"priv_key":{"type":"tendermint/PrivKeyEd25519","value":"D9ycwcNOmvBZDIcY9O782gwjHMvdGeyq8I0UTrMENtVFwHjEO+FpgkP3fkQ1nw7C/fIrDe6DhOwFXCpYlVqNbA=="}}',
    "config/node_key.json":
      '{"priv_key":{"type":"tendermint/PrivKeyEd25519","value":"NUSFAQnMy+KXoYX/3si0cJdmquzUbya/wD6f461T62rTqgfexAefYL7/HKka36RuOmtFvPr+ItHR1onebHUKDA=="}}',
  },
};

describe("an engine's keys", () => {
  it("are the engine's own: what it made is read, and named as it names it", async () => {
    const home = join(folder, "made");
    await makeEngineKeys(home);
    for (const [name, text] of Object.entries(made.files)) writeFileSync(join(home, name), text);
    const { peer, validator } = readEngineKeys(home);
    assert.equal(peer, made.peer);
    assert.equal(validator.x, toBase64url(fromBase64(made.validator)));
  });

  it("are made once, for their owner only, and prove themselves", async () => {
    const home = join(folder, "own");
    const keys = await makeEngineKeys(home);
    const read = readEngineKeys(home);
    assert.deepEqual([read.peer, read.validator], [keys.peer, keys.validator]);
    for (const name of Object.keys(made.files)) assert.equal(statSync(join(home, name)).mode & 0o777, 0o600);
    const claim = {
      ledger: "example.org/registry/0123456789abcdef",
      organisation: "alpha",
      purpose: "validator",
    } as const;
    const proof = await signPossession(read.signer, claim);
    assert.equal(assertPossession(nodeCrypto, keys.validator, claim, proof), read.signer.kid);
    await assert.rejects(makeEngineKeys(home), coded("engine/keys"));
  });

  it("that are damaged are refused, and the refusal holds nothing of them", async () => {
    const home = join(folder, "damaged");
    await makeEngineKeys(home);
    const path = join(home, "config", "priv_validator_key.json");
    const text = made.files["config/priv_validator_key.json"];
    for (const damaged of ["", "{}", text.slice(0, -9), text.replace("D9ycwc", "E9ycwc")]) {
      writeFileSync(path, damaged);
      assert.throws(
        () => readEngineKeys(home),
        (cause: Error & { code?: string }) => {
          assert.equal(cause.code, "engine/keys");
          return !`${cause.message}${String(cause.cause)}${cause.stack ?? ""}`.includes("ycwcNOmvBZ");
        },
      );
    }
  });
});

describe("an engine's genesis", () => {
  const ledger = "example.org/registry/0123456789abcdef";
  const validator = { crv: "Ed25519", kty: "OKP", x: toBase64url(fromBase64(made.validator)) } as const;
  const other = { crv: "Ed25519", kty: "OKP", x: "06oH3sQHn2C-_xypGt-kbjprRbz6_iLR0daJ3mx1Cgw" } as const;
  const founder = (name: string, key: typeof validator | typeof other) => ({
    admin: validator,
    name,
    node: { peer: made.peer, validator: key },
  });
  const genesisOf = (organisations: readonly object[]) =>
    engineGenesis(nodeCrypto, { ledger, body: { time: 1_767_225_600, organisations } } as unknown as Parameters<
      typeof engineGenesis
    >[1]);

  it("is the same whoever derives it, and names the validators by the engine's addresses, each with one vote", () => {
    const [alpha, bravo] = [founder("alpha", validator), founder("bravo", other)];
    const text = genesisOf([alpha, bravo]);
    assert.equal(text, genesisOf([bravo, alpha]));
    const genesis = JSON.parse(text) as {
      chain_id: string;
      genesis_time: string;
      validators: { address: string; power: string }[];
    };
    assert.deepEqual([genesis.chain_id, genesis.genesis_time], ["fm-0123456789abcdef", "2026-01-01T00:00:00Z"]);
    assert.deepEqual(
      genesis.validators.map((each) => [each.address, each.power]),
      [
        [made.address, "1"],
        [made.peer.toUpperCase(), "1"],
      ],
    );
  });

  it("is refused for a ledger that was founded without validators", () => {
    assert.throws(() => genesisOf([{ admin: validator, name: "alpha" }]), coded("engine/nodes"));
  });
});

describe("an engine's surroundings", () => {
  const peer = { id: made.peer, address: "127.0.0.12:4702" };

  it("are configured without any port but the peers' own", () => {
    const text = engineConfig({ moniker: "alpha", listen: "127.0.0.11:4702", peers: [peer], commitPauseMs: 200 });
    assert.deepEqual(
      [...text.matchAll(/^\w*laddr = (.*)$/gm)].map(([, value]) => value),
      ['"unix://rpc.sock"', '""', '""', '"tcp://127.0.0.11:4702"'],
    );
    assert.match(text, new RegExp(`^persistent_peers = "${made.peer}@127.0.0.12:4702"$`, "m"));
    assert.match(text, /^filter_peers = true$/m);
    assert.match(text, /^timeout_commit = "200ms"$/m);
  });

  it("have an engine pause after each block, so that an answer to one goes into the next", () => {
    const text = engineConfig({ moniker: "alpha", listen: "127.0.0.11:4702", peers: [peer] });
    assert.match(text, /^timeout_commit = "25ms"$/m);
  });

  it("lack no binary, or say how to get it", () => {
    assert.throws(() => findEngine({ PATH: folder, GOPATH: folder }), coded("engine/missing"));
    assert.throws(() => findEngine({ COMETBFT_BIN: join(folder, "none"), PATH: process.env["PATH"] }), {
      ...coded("engine/missing"),
      remedy: /CGO_ENABLED=0 go install github\.com\/cometbft\/cometbft\/cmd\/cometbft@v0\.40\.0/,
    });
    assert.equal(findEngine({ COMETBFT_BIN: process.execPath }), process.execPath);
  });

  it("hold an engine that answers on its own socket, or not at all", async () => {
    const path = join(folder, "rpc.sock");
    await assert.rejects(engineState(path), coded("engine/answer"));
    const answers = ["no JSON", "{}", '{"result":{"sync_info":{"latest_block_height":"-1"}}}'];
    const server = createServer((_request, answer) => answer.end(answers.shift()));
    server.listen(path);
    await once(server, "listening");
    try {
      while (answers.length > 0) await assert.rejects(engineState(path), coded("engine/answer"));
    } finally {
      server.close();
    }
  });

  it("tell an organisation's own front from the one sequencer, and from none", () => {
    const url = "http://127.0.0.1:1/";
    const agent = { organisation: "alpha", url };
    const nodes = [
      { organisation: "alpha", url, ledger: "http://127.0.0.11:2/", peer: "127.0.0.11:3" },
      { organisation: "bravo", url },
    ];
    const network = { author: agent, nodes, register: agent, retrieval: agent };
    const read = (value: object) => decodeNetwork(utf8(JSON.stringify(value)));
    assert.equal(ledgerUrl(read(network), "alpha").href, "http://127.0.0.11:2/");
    assert.equal(ledgerUrl(read({ ...network, ledger: url }), "bravo").href, url);
    assert.throws(() => ledgerUrl(read(network), "bravo"), coded("home/network"));
    assert.throws(() => ledgerUrl(read(network), "charlie"), coded("home/organisation"));
    const wrong = { ...network, nodes: [{ ...agent, peer: '127.0.0.1:1"\nunsafe = true' }] };
    assert.throws(() => read(wrong), coded("codec/value"));
  });
});

describe("a supervisor's patience", () => {
  it("doubles the pauses between restarts to ten seconds, and forgets them after half a minute of health", () => {
    const backoff = new Backoff();
    const pauses = Array.from({ length: 10 }, () => backoff.pauseAfter(10));
    assert.deepEqual([...pauses.slice(0, 4), pauses.at(-1)], [200, 400, 800, 1600, 10_000]);
    assert.equal(backoff.pauseAfter(30_000), 200);
  });

  it("demands a restart of an engine that stands still: sooner where others go on, more seldom each time", () => {
    const progress = new Progress();
    const second = 1000;
    assert.equal(progress.observe(5, true, 0), "advanced");
    assert.equal(progress.observe(5, true, 59 * second), "still");
    assert.equal(progress.observe(5, true, 60 * second), "restart");
    assert.equal(progress.observe(5, true, 179 * second), "still");
    assert.equal(progress.observe(5, true, 180 * second), "restart");
    assert.equal(progress.observe(6, false, 181 * second), "advanced");
    assert.equal(progress.observe(6, false, 360 * second), "still");
    assert.equal(progress.observe(6, false, 361 * second), "restart");
  });

  it("is not started again on the word of another one while an idle chain goes on from heartbeat to heartbeat", () => {
    const progress = new Progress();
    const [heartbeat, period] = [32_000, 3000];
    for (let now = 0; now < 3_600_000; now += period)
      assert.notEqual(progress.observe(Math.floor(now / heartbeat), true, now), "restart");
  });

  it("keeps logs bounded", () => {
    const path = join(folder, "bounded.log");
    using log = new LogFile(path, 100);
    for (let i = 0; i < 50; i++) log.write(utf8(`line ${String(i).padStart(3, "0")}\n`));
    assert.ok(statSync(path).size <= 100 && statSync(`${path}.1`).size <= 100);
    assert.match(readFileSync(path, "utf8"), /line 049\n$/);
  });
});
