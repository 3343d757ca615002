import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64url, utf8 } from "@firmament/core/bytes";
import { type JwsHeader, maxHeaderBytes, parseHeader, protectedHeader } from "@firmament/core/jws";
import fc from "fast-check";
import { assertRefuses } from "../keys/support/refusals.ts";

const kid = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
const transaction = { typ: "firmament-tx+json", ledger: "example.org/registry/0123456789abcdef" };
const trust = { typ: "firmament-trust+json" };

const encoded = (text: string): string => toBase64url(utf8(text));

test("a header is canonical JSON of exactly its members", () => {
  const header: JwsHeader = { ...trust, kid, alg: "EdDSA" };
  assert.equal(protectedHeader(header), encoded(`{"alg":"EdDSA","kid":"${kid}","typ":"firmament-trust+json"}`));
  const { ledger, typ } = transaction;
  const expected = encoded(`{"alg":"ES256","kid":"${kid}","ledger":"${ledger}","typ":"${typ}"}`);
  assert.equal(protectedHeader({ typ, ledger, kid, alg: "ES256" }), expected);
});

test("what is written is read back, for every algorithm and both shapes", () => {
  const algorithm = fc.constantFrom("ES256" as const, "EdDSA" as const, "RS384" as const);
  const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toBase64url);
  fc.assert(
    fc.property(algorithm, id, fc.constantFrom(transaction, trust), (alg, key, purpose) => {
      const header = { ...purpose, alg, kid: key };
      assert.deepEqual(parseHeader(protectedHeader(header), purpose), header);
    }),
  );
});

test("an algorithm outside the table is refused, none above all", () => {
  for (const alg of ["none", "RS256", "HS256", "ES384", "PS384", "es256", "Ed25519", "ML-DSA-44"]) {
    const text = encoded(`{"alg":"${alg}","kid":"${kid}","typ":"firmament-trust+json"}`);
    assertRefuses("jws/algorithm", () => parseHeader(text, trust), alg);
  }
});

test("a signature for another purpose or another ledger is refused", () => {
  const header = protectedHeader({ ...transaction, alg: "EdDSA", kid });
  assertRefuses("jws/typ", () => parseHeader(header, { ...transaction, typ: "firmament-petition+json" }));
  assertRefuses("jws/typ", () => parseHeader(header, { ...transaction, typ: "firmament-TX+json" }));
  assertRefuses("jws/ledger", () => parseHeader(header, { ...transaction, ledger: "example.org/registry/0" }));
  assertRefuses("codec/unknown-member", () => parseHeader(header, { typ: transaction.typ }));
  const trustHeader = protectedHeader({ ...trust, alg: "EdDSA", kid });
  assertRefuses("codec/missing-member", () => parseHeader(trustHeader, { ...trust, ledger: transaction.ledger }));
});

test("members that RFC 7515 knows and the protocol does not are refused", () => {
  for (const member of ['"b64":false', '"crit":["b64"]', '"jku":"https://example.org"', '"jwk":{}', '"x5c":[]']) {
    const [name = ""] = member.slice(1).split('"');
    const members = [`"alg":"EdDSA"`, `"kid":"${kid}"`, `"typ":"firmament-trust+json"`, member].sort((a, b) =>
      a < b ? -1 : 1,
    );
    const code =
      name === "crit" || name === "jwk" || name === "x5c"
        ? /^codec\/(?:too-deep|unknown-member)$/
        : /^codec\/unknown-member$/;
    assert.throws(() => parseHeader(encoded(`{${members.join(",")}}`), trust), { name: "Refusal", code }, name);
  }
});

test("other spellings of the same header are refused", () => {
  const good = `{"alg":"EdDSA","kid":"${kid}","typ":"firmament-trust+json"}`;
  assert.equal(parseHeader(encoded(good), trust).kid, kid);
  assertRefuses("codec/not-canonical", () => parseHeader(encoded(good.replace(",", ", ")), trust));
  assertRefuses("codec/not-canonical", () => parseHeader(encoded(good.replace("{", '{"alg":"none",')), trust));
  assertRefuses("codec/not-canonical", () =>
    parseHeader(encoded(`{"typ":"firmament-trust+json","alg":"EdDSA","kid":"${kid}"}`), trust),
  );
  assertRefuses("bytes/base64", () => parseHeader(`${encoded(good)}==`, trust));
  assertRefuses("codec/json", () => parseHeader(encoded("{"), trust));
  assertRefuses("codec/type", () => parseHeader(encoded('"text"'), trust));
  assertRefuses("codec/value", () => parseHeader(encoded(good.replace(kid, "short")), trust));
  assertRefuses("codec/too-large", () => parseHeader(encoded(`"${"a".repeat(maxHeaderBytes)}"`), trust));
});
