import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Refusal, refusalFromJson, refusalsOf, show } from "@firmament/core/errors";

const refuse = refusalsOf({
  "sample/known": { status: 409, error: "ERR_SAMPLE", rule: "A rule.", remedy: "A remedy." },
  "sample/unnamed": { status: 400, rule: "Another rule.", remedy: "Another remedy." },
});

test("a refusal carries what its catalogue says, and keeps its cause", () => {
  const cause = new Error("below");
  const refusal = refuse("sample/known", "Got 7.", { cause });
  assert.ok(refusal instanceof Refusal);
  assert.equal(refusal.cause, cause);
  assert.deepEqual(
    { code: refusal.code, error: refusal.error, name: refusal.name, remedy: refusal.remedy, status: refusal.status },
    { code: "sample/known", error: "ERR_SAMPLE", name: "Refusal", remedy: "A remedy.", status: 409 },
  );
});

test("the HTTP form has exactly the four members, and ERR_REFUSED where source 004 has no name", () => {
  const body = JSON.parse(JSON.stringify(refuse("sample/unnamed"))) as Record<string, string>;
  assert.deepEqual(Object.keys(body).sort(), ["code", "error", "message", "remedy"]);
  assert.equal(body["error"], "ERR_REFUSED");
  assert.equal(body["message"], "Another rule.");
});

test("a code that no catalogue declares is a fault of the program", () => {
  const untyped = refuse as (code: string) => Refusal;
  assert.throws(() => untyped("sample/other"), TypeError);
});

test("what a sender chose is shown without asking it anything", () => {
  const hostile: unknown = JSON.parse('{"toString":1,"valueOf":1,"toJSON":1}');
  assert.equal(show(hostile), "an object");
  assert.equal(show([hostile]), "a list of 1");
  assert.equal(show(null), "null");
  assert.equal(show(undefined), "undefined");
  assert.equal(show("a\u0000\u001b[2J"), '"a\\u0000\\u001b[2J"');
});

test("a shown value has at most 80 characters, and no value makes showing throw", () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (value) => {
      assert.ok(show(value).length <= 80);
    }),
  );
  fc.assert(fc.property(fc.string({ minLength: 60, maxLength: 200 }), (text) => assert.ok(show(text).length <= 80)));
});

test("a refusal that came as JSON is raised again as it was; anything else is none", () => {
  const sent = refuse("sample/known", "Got 7.");
  const again = refusalFromJson(409, JSON.parse(JSON.stringify(sent)));
  assert.deepEqual(again?.toJSON(), sent.toJSON());
  assert.equal(again?.status, 409);
  for (const body of [null, 7, "text", [], {}, { code: 7 }]) assert.equal(refusalFromJson(400, body), undefined);
  assert.equal(refusalFromJson(200, sent.toJSON()), undefined);
});
