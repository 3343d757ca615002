import { concat, fromUtf8 } from "@firmament/core/bytes";
import { headRecord } from "@firmament/core/registry";
import type { Consortium } from "../../kit/index.ts";
import { type Attack, type Change, onBundle, published } from "../attack.ts";
import { changeClassPart, classPartOf, replaceText } from "../forge/edit.ts";

/** A second class, and as `kept` its bundle at the same checkpoint. */
async function twoClasses(c: Consortium): Promise<Change> {
  await c.createClass("pump");
  await published(c);
  return { kept: c.bundle("pump") };
}

/** The bundle after something happened, and what the attacker makes of it with what was true before. */
async function afterwards(c: Consortium, step: Promise<unknown>): Promise<Uint8Array> {
  await step;
  await c.cosign([0, 1, 2]);
  return c.bundle();
}

/** Attacks with a true record that stands elsewhere in the state, or stood there earlier. */
export const stateAttacks: readonly Attack[] = [
  onBundle({
    name: "whole bundle of another class",
    threats: ["T5", "T12"],
    shows: ["S4-41"],
    code: "state/proof-root",
    scene: twoClasses,
    attack: ({ bytes, kept = bytes }) => ({ bytes: kept }),
  }),
  onBundle({
    name: "state proof of another class: its head at the device's key",
    threats: ["T5", "T12"],
    code: "state/proof-root",
    scene: twoClasses,
    attack: ({ bytes, kept = bytes }) => {
      const { head } = classPartOf(kept);
      return { bytes: changeClassPart(bytes, () => ({ head })) };
    },
  }),
  onBundle({
    name: "state proof of another table: the policy's record as the head",
    threats: ["T5"],
    code: "state/proof-root",
    attack: ({ bytes }) => ({ bytes: changeClassPart(bytes, ({ policy }) => ({ head: policy })) }),
  }),
  onBundle({
    name: "state proof of another key: an active author's entitlement for the revoked one",
    threats: ["T2", "T5"],
    code: "state/proof-root",
    attack: async ({ bytes, c }) => {
      const { authors } = classPartOf(bytes);
      const revoked = c.submit(c.member(0).admin, "author.revoke", { author: c.manifestKey.kid });
      return { bytes: changeClassPart(await afterwards(c, revoked), () => ({ authors })) };
    },
  }),
  onBundle({
    name: "head from before the revocation under the new state",
    threats: ["T7", "T8"],
    shows: ["S0-10"],
    code: "state/proof-root",
    attack: async ({ bytes, c }) => {
      const { head } = classPartOf(bytes);
      const [live] = headRecord(JSON.parse(fromUtf8(head)), "head").live;
      const revoked = c.submit(c.member(0).admin, "release.revoke", {
        reason: "unsafe",
        release: live?.release ?? "",
      });
      return { bytes: changeClassPart(await afterwards(c, revoked), () => ({ head })) };
    },
  }),
  onBundle({
    name: "weakened class policy",
    threats: ["T19"],
    code: "state/proof-root",
    attack: ({ bytes }) => ({
      bytes: changeClassPart(bytes, ({ policy }) => ({ policy: replaceText(policy, '"count":2', '"count":1') })),
    }),
  }),
  onBundle({
    name: "surplus hash in the state proof",
    threats: ["T5"],
    code: "state/proof-form",
    attack: ({ bytes }) => ({
      bytes: changeClassPart(bytes, ({ proof }) => ({
        proof: { ...proof, hashes: concat(proof.hashes, new Uint8Array(32)) },
      })),
    }),
  }),
];
