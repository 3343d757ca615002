import { utf8 } from "@firmament/core/bytes";
import { bitFlips, rearrangements, truncations } from "./byte-cases.ts";
import type { RawRequest } from "./exchange.ts";
import { costlyDocuments, spellingCases, treeCases } from "./json-cases.ts";
import { randomFor, sampleOf } from "./random.ts";

const JSON_TYPE = { "content-type": "application/json" };

/** Malformed forms of a request with a JSON body; the honest one must be refused as well. */
export function* jsonRequests(target: string, sample: unknown, most = 100): Generator<RawRequest> {
  const random = randomFor(target);
  const bytes = utf8(JSON.stringify(sample));
  const small = [
    ...treeCases(random, sample, 12),
    ...spellingCases(random, sample),
    ...truncations(bytes),
    ...rearrangements(random, bytes),
  ];
  for (const { bytes: body } of [
    ...sampleOf(random, small, most),
    ...sampleOf(random, [...costlyDocuments(sample)], 3),
  ])
    yield { method: "POST", target, headers: JSON_TYPE, body };
  for (const type of [
    "text/plain",
    "application/json; charset=utf-16",
    "application/xml",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "a",
    "\u00ff/\u00ff",
  ])
    yield { method: "POST", target, headers: { "content-type": type }, body: bytes };
  yield {
    method: "POST",
    target,
    headers: { ...JSON_TYPE, "content-encoding": "gzip" },
    body: Uint8Array.of(0x1f, 0x8b, 8, 0),
  };
  yield { method: "POST", target };
}

/** Malformed forms of a request whose body is bytes of its own. */
export function* byteRequests(request: RawRequest & { readonly body: Uint8Array }, most = 100): Generator<RawRequest> {
  const random = randomFor(request.target);
  const { body } = request;
  const cases = [...truncations(body), ...bitFlips(random, body, 200), ...rearrangements(random, body)];
  for (const { bytes } of sampleOf(random, cases, most)) yield { ...request, body: bytes };
  yield { ...request, body: new Uint8Array(200_000) };
  yield { ...request, headers: { ...request.headers, "content-type": "text/html" } };
}

const part = (name: string, value: string, more = ""): string =>
  `--b\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;

/** Malformed multipart forms with these fields and a file. */
export function* formRequests(
  request: RawRequest,
  fields: Readonly<Record<string, string>>,
  file: string,
): Generator<RawRequest> {
  const written = Object.entries(fields).map(([name, value]) => part(name, value));
  const payload = part(file, "payload", `; filename="${file}"`);
  const whole = `${written.join("")}${payload}--b--\r\n`;
  const [first = ""] = written;
  const bodies = [
    whole,
    `${first}${whole}`,
    `${payload}${whole}`,
    `${written.join("")}${payload}${payload}--b--\r\n`,
    `${written.join("")}${part("__proto__", "x")}${payload}--b--\r\n`,
    `${written.join("")}${part("constructor", "x")}${payload}--b--\r\n`,
    `${written.join("")}${part("", "x")}--b--\r\n`,
    `${written.join("")}${part("unknown", "x")}--b--\r\n`,
    `${payload}--b--\r\n`,
    `${part(Object.keys(fields)[0] ?? "", "x".repeat(300_000))}--b--\r\n`,
    `${part("n".repeat(5000), "x")}--b--\r\n`,
    `--b\r\n${"x: y\r\n".repeat(500)}\r\n--b--\r\n`,
    "--b\r\n\r\n--b--\r\n",
    "--b--\r\n",
    "--c--\r\n",
    "",
    ...[1, 20, 70, whole.length - 3, whole.length - 40].map((length) => whole.slice(0, length)),
  ];
  const headers = { ...request.headers, "content-type": "multipart/form-data; boundary=b" };
  for (const body of bodies) yield { ...request, headers, body: utf8(body) };
  for (const type of [
    "multipart/form-data",
    `multipart/form-data; boundary=${"b".repeat(500)}`,
    "multipart/mixed; boundary=b",
  ])
    yield { ...request, headers: { ...request.headers, "content-type": type }, body: utf8(whole) };
}

const HOSTILE = [
  "%00",
  "%ff",
  "%c0%af",
  "%zz",
  "..",
  "%2e%2e",
  "%2f",
  "a".repeat(2000),
  "__proto__",
  "%F0%9F%98%80",
  "-1",
  "1e400",
  "[]",
  "'",
  "%0d%0a",
];

/** A path with hostile texts in the place of `*`. */
export function hostileTargets(pattern: string): readonly RawRequest[] {
  return HOSTILE.map((text) => ({ method: "GET", target: pattern.replace("*", text) }));
}

/** Requests that no front has, in any state. */
export function strangeRequests(): readonly RawRequest[] {
  const targets = [
    "/",
    "/nothing",
    "//",
    "/%",
    "/../../etc/passwd",
    "/v1",
    "/v1/",
    `/${"a/".repeat(3000)}`,
    "/?%",
    "*",
  ];
  return ["GET", "POST", "DELETE", "OPTIONS", "PATCH"].flatMap((method) =>
    targets.map((target) => ({ method, target })),
  );
}

/** Bytes that are no HTTP request, or an impossible one. */
export function brokenRequests(target: string): readonly Uint8Array[] {
  const head = (...lines: readonly string[]) =>
    `POST ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${lines.join("\r\n")}\r\n\r\n`;
  const texts = [
    "",
    "\u0000".repeat(100),
    "garbage\r\n\r\n",
    `BREW ${target} HTTP/1.1\r\nhost: x\r\n\r\n`,
    `GET ${target} HTTP/9.9\r\nhost: x\r\n\r\n`,
    `GET ${target}\r\n\r\n`,
    `GET ${target} HTTP/1.1\r\n\r\n`,
    `GET ${target} HTTP/1.1\r\nhost: x\r\nno colon\r\n\r\n`,
    `GET ${target} HTTP/1.1\r\nhost: x\r\nbig: ${"a".repeat(100_000)}\r\n\r\n`,
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    head("content-length: abc"),
    head("content-length: -1"),
    head("content-length: 1", "content-length: 2"),
    head("content-length: 99999999999999999999"),
    head("content-length: 5", "transfer-encoding: chunked"),
    head("content-type: application/json", "transfer-encoding: chunked") + "zz\r\n",
    head("content-type: application/json", "transfer-encoding: chunked") + "FFFFFFFFFFFFFFFFF\r\n",
    head("content-type: application/json", "transfer-encoding: gzip, chunked") + "0\r\n\r\n",
    head("content-type: application/json", "content-length: 100") + "{",
    head("expect: the-moon", "content-length: 0"),
  ];
  return texts.map((text) => Uint8Array.from(Buffer.from(text, "latin1")));
}
