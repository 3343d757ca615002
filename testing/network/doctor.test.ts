import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { diagnose, type Facts, type FindingCode, findingCodes } from "@firmament/server/engine/doctor";

const names = ["alpha", "bravo", "charlie", "delta"];
const peerOf = (name: string) => name.charCodeAt(0).toString(16).repeat(20);
const root = "A".repeat(43);
const front = { clockOffset: 0, height: 9, root, size: 20 };
const engine = {
  appHash: "aa",
  height: 30,
  isCatchingUp: false,
  peers: names.slice(1).map(peerOf),
  time: 1_767_225_600,
  version: "0.39.0",
};
const others = names.slice(1).map((organisation) => ({ organisation, state: front }));
const health = {
  diskFree: 1e12,
  organisation: "alpha",
  others,
  restarts: 0,
  state: "running",
  time: 1_767_225_600,
} as const;
const ending = { reason: "the application ended: 3", time: 1_767_225_600 };

const well: Facts = {
  organisation: "alpha",
  engineFailure: "",
  engineVersion: "0.39.0",
  keyFailures: [],
  selfTestFailure: "",
  own: { key: "key of alpha", peer: peerOf("alpha") },
  validators: names.map((organisation) => ({
    key: `key of ${organisation}`,
    organisation,
    peer: peerOf(organisation),
  })),
  isSupervised: true,
  health,
  now: { application: front, diskFree: 1e12, engine, others, time: 1_767_225_600 },
  engineLog: "",
};

const { application: _application, engine: _engine, ...silent } = well.now;
const clocks = (offsets: readonly number[]) =>
  others.map((each, i) => ({ ...each, state: { ...front, clockOffset: offsets[i] ?? 0 } }));

/** Facts in which one thing is not as it should be, and words that must stand in what is found. */
const cases: Readonly<Record<FindingCode, readonly [facts: Partial<Facts>, words: RegExp]>> = {
  "engine-missing": [{ engineFailure: "There is none.", engineVersion: "" }, /There is none/],
  "engine-version": [{ engineVersion: "1.0.1" }, /calls itself 1\.0\.1/],
  "self-test": [{ selfTestFailure: "the platform computes another SHA-256" }, /another SHA-256/],
  "key-unreadable": [{ keyFailures: ["node: the passphrase is wrong"] }, /passphrase/],
  "key-undeclared": [{ own: { key: "another", peer: peerOf("alpha") } }, /other keys of alpha/],
  "not-running": [{ isSupervised: false, now: silent }, /No validator of alpha/],
  "application-away": [{ now: { ...silent, engine } }, /does not answer/],
  "application-refused": [
    {
      health: { ...health, last: { ...ending, said: { code: "home/missing", words: "There is no genesis." } } },
      now: silent,
    },
    /no genesis/,
  ],
  "rules-missing": [
    {
      health: { ...health, last: { ...ending, said: { code: "rules-missing", words: "It lacks rules version 2." } } },
      now: silent,
    },
    /rules version 2/,
  ],
  "engine-away": [{ now: { ...silent, application: front } }, /does not answer/],
  "hash-differs": [
    {
      health: {
        ...health,
        engine,
        last: { ...ending, contradiction: { others: "bb02", ours: "aa01" } },
        state: "held",
      },
      now: { ...silent, application: front },
    },
    /Our application computed aa01, the others bb02.*height 30/,
  ],
  "engine-behind": [
    { health: { ...health, last: { ...ending, ahead: { application: 62, engine: 13 } } }, now: silent },
    /at height 62, its engine at 13/,
  ],
  "state-differs": [
    { now: { ...well.now, others: [{ organisation: "bravo", state: { ...front, root: "B".repeat(43) } }] } },
    /bravo \(B+\)/,
  ],
  "no-quorum": [{ now: { ...well.now, engine: { ...engine, peers: [peerOf("bravo")] } } }, /2 of 4.*charlie, delta/],
  "peer-away": [
    { now: { ...well.now, engine: { ...engine, peers: [peerOf("bravo"), peerOf("charlie")] } } },
    /delta; 3 of 4/,
  ],
  "no-blocks": [{ now: { ...well.now, time: well.now.time + 300 } }, /300 s old/],
  "peers-refused": [{ engineLog: `E[…] module=p2p err="filtered ID<${"ab".repeat(20)}>: 1"` }, /(?:ab){20}/],
  "catching-up": [{ now: { ...well.now, engine: { ...engine, isCatchingUp: true } } }, /height 30/],
  behind: [{ now: { ...well.now, application: { ...front, size: 3 } } }, /has 3 entries, another organisation 20/],
  "clock-off": [{ now: { ...well.now, others: clocks([-3600, -3601, 0]) } }, /3600 s ahead of/],
  "clock-of-other": [{ now: { ...well.now, others: clocks([0, 3600, 0]) } }, /charlie differs by 3600 s/],
  "disk-low": [{ now: { ...well.now, diskFree: 1e8 } }, /95 MiB/],
  restarting: [{ health: { ...health, last: ending, restarts: 2 } }, /2 times; last because the application ended/],
};

describe("the doctor", () => {
  it("finds nothing where all is well", () => {
    assert.deepEqual(diagnose(well), []);
  });

  for (const code of findingCodes) {
    const [facts, words] = cases[code];
    it(`says ${code} in plain words, and what to do`, () => {
      const found = diagnose({ ...well, ...facts }).find((each) => each.code === code);
      assert.match(found?.says ?? "", words);
      assert.ok((found?.remedy.length ?? 0) > 20);
    });
  }

  it("does not call an engine away that is not started any more", () => {
    const [facts] = cases["hash-differs"];
    assert.deepEqual(
      diagnose({ ...well, ...facts }).map(({ code }) => code),
      ["hash-differs"],
    );
  });

  it("is not told by one organisation alone that this one is behind", () => {
    const [first, ...rest] = well.now.others;
    assert.ok(first);
    const liar = { ...first, state: { ...front, size: Number.MAX_SAFE_INTEGER } };
    assert.deepEqual(diagnose({ ...well, now: { ...well.now, others: [liar, ...rest] } }), []);
  });

  it("names who knocked by the engine's words, not by a stranger's, and bounds the list", () => {
    const id = "ab".repeat(20);
    const words = `I[…] Inbound Peer rejected module=p2p err="incompatible: peer is on a different network. Got err=\\"filtered ID<${id}>, expected fm-1"`;
    assert.deepEqual(diagnose({ ...well, engineLog: words }), []);
    const many = Array.from(
      { length: 500 },
      (_, i) => `I[…] err="filtered ID<${i.toString(16).padStart(40, "0")}>: 1"`,
    );
    const [found] = diagnose({ ...well, engineLog: many.join("\n") });
    assert.match(found?.says ?? "", /[0-9a-f]{40} and 492 more\.$/);
  });

  it("does not call this organisation wrong for what others must mend", () => {
    const isWrong = (facts: Partial<Facts>) => diagnose({ ...well, ...facts }).some((each) => each.isWrong);
    assert.deepEqual([isWrong(cases["peer-away"][0]), isWrong(cases["clock-of-other"][0])], [false, false]);
    assert.equal(isWrong(cases["no-quorum"][0]), true);
  });
});
