import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  fromBase64,
  fromBase64url,
  fromHex,
  fromUtf8,
  toBase64,
  toBase64url,
  toHex,
  utf8,
} from "@firmament/core/bytes";
import { flattenedJws, generalJws, jwsSignature, parseHeader, protectedHeader } from "@firmament/core/jws";
import { fromRawKey, type PublicKey, publicKey, rawKey } from "@firmament/core/keys";
import { compareVersions } from "@firmament/core/manifest";
import {
  generateKey,
  mintToken,
  privateKey,
  privateKeyFromPem,
  privateKeyToPem,
  publicKeyFromPem,
  publicKeyToPem,
  publicPart,
  readKeyFile,
  seal,
  softwareSigner,
  unseal,
  verifyToken,
} from "@firmament/crypto";
import { readAuthority } from "@firmament/crypto/certificates";
import { issueAuthority } from "@firmament/crypto/certificates/issue";
import { type Decoder, exact, parsed, sealed } from "../decoder.ts";
import { goldenLedger } from "../golden.ts";
import { privateModule } from "../private-module.ts";

const algorithms = ["EdDSA", "ES256", "RS384"] as const;
const secrets = await Promise.all(algorithms.map((algorithm) => generateKey(algorithm)));
const publics = secrets.map(publicPart);
const signers = secrets.map(softwareSigner);
const agent = signers[2];
if (agent === undefined) throw new Error("there is no RSA key");

const time = 1_767_225_600;
const authority = await issueAuthority(await generateKey("ES256"), time);
const kid = toBase64url(new Uint8Array(32));
const claims = { aud: goldenLedger, exp: time + 1800, iat: time, iss: "bravo.example", jti: "1", sub: kid };
const token = await mintToken(agent, claims);
const purpose = { ledger: goldenLedger, typ: "firmament-tx+json" };
const header = protectedHeader({ alg: "EdDSA", kid, ...purpose });
const signature = "A".repeat(86);

interface StoredKeys {
  readonly decodeKeys: (bytes: Uint8Array) => readonly { readonly key: unknown; readonly purpose: string }[];
  readonly encodeKeys: (keys: readonly object[]) => Uint8Array;
}
const { decodeKeys, encodeKeys } = await privateModule<StoredKeys>("crypto/src/keystore/stored-key.ts");
const keySet = encodeKeys(secrets.map((key, i) => ({ key, purpose: `purpose-${i}` })));
const passphrase = utf8("correct horse");
const keyFile = utf8(await seal(keySet, passphrase));
const folder = mkdtempSync(join(tmpdir(), "firmament-malformed-"));
process.once("exit", () => rmSync(folder, { force: true, recursive: true }));

// PEM has many spellings, and an altered key may be another sound one: what was read must at least be one key.
function soundPem<T>(
  name: string,
  samples: readonly string[],
  read: (pem: string) => T,
  print: (key: T) => string,
): Decoder {
  const accepted = (value: unknown): void => assert.deepEqual(read(print(value as T)), value);
  return {
    name,
    form: "text",
    samples: samples.map((text) => utf8(text)),
    decode: (bytes) => read(fromUtf8(bytes)),
    accepted,
  };
}

const texts = (
  name: string,
  sample: Uint8Array,
  decode: (text: string) => Uint8Array,
  encode: (bytes: Uint8Array) => string,
) =>
  exact("text", {
    name,
    samples: [utf8(encode(sample))],
    decode: (bytes) => decode(fromUtf8(bytes)),
    encode: (found) => utf8(encode(found)),
  });

const noise = Uint8Array.from({ length: 64 }, (_, i) => i * 7);

/** Decoders of keys, signatures, tokens and the texts that carry them. */
export const keyDecoders: readonly Decoder[] = [
  exact("text", {
    name: "fromUtf8",
    samples: [utf8("aü\u2028\u{1f600}")],
    decode: fromUtf8,
    encode: (text) => utf8(text),
  }),
  texts("fromBase64", noise, fromBase64, toBase64),
  texts("fromBase64url", noise, fromBase64url, toBase64url),
  texts("fromHex", noise, fromHex, toHex),
  sealed("bytes", { name: "readAuthority", samples: [authority], decode: readAuthority }),
  exact("bytes", { name: "fromRawKey", samples: publics.map(rawKey), decode: fromRawKey, encode: rawKey }),
  parsed({ name: "publicKey", samples: publics, decode: (value) => publicKey(value, "key") }),
  parsed({ name: "privateKey", samples: secrets, decode: privateKey }),
  exact("text", {
    name: "parseHeader",
    samples: [utf8(header)],
    decode: (bytes) => parseHeader(fromUtf8(bytes), purpose),
    encode: (found) => utf8(protectedHeader(found)),
  }),
  parsed({
    name: "jwsSignature",
    samples: [{ protected: header, signature }],
    decode: (value) => jwsSignature(value, "jws"),
  }),
  parsed({
    name: "flattenedJws",
    samples: [{ payload: "e30", protected: header, signature }],
    decode: (value) => flattenedJws({ maxPayloadBytes: 64 })(value, "jws"),
  }),
  parsed({
    name: "generalJws",
    samples: [{ payload: "e30", signatures: [{ protected: header, signature }] }],
    decode: (value) => generalJws({ maxPayloadBytes: 64, maxSignatures: 4 })(value, "jws"),
  }),
  ...(["semver", "integer"] as const).map((scheme) =>
    exact("text", {
      name: "compareVersions",
      samples: [utf8(scheme === "semver" ? "1.20.3-rc.1+build.7" : "42")],
      decode: (bytes) => {
        const text = fromUtf8(bytes);
        compareVersions(scheme, text, text);
        return text;
      },
      encode: (text) => utf8(text),
    }),
  ),
  soundPem<PublicKey>("publicKeyFromPem", publics.map(publicKeyToPem), publicKeyFromPem, publicKeyToPem),
  soundPem("privateKeyFromPem", secrets.map(privateKeyToPem), privateKeyFromPem, privateKeyToPem),
  sealed("text", {
    name: "verifyToken",
    samples: [utf8(token)],
    decode: (bytes) => verifyToken(fromUtf8(bytes), agent.key, { ledger: goldenLedger, time }),
  }),
  exact("json", { name: "decodeKeys", samples: [keySet], decode: decodeKeys, encode: encodeKeys, most: 200 }),
  sealed("text", {
    name: "unseal",
    samples: [keyFile],
    decode: (bytes) => unseal(fromUtf8(bytes), passphrase),
    most: 6,
  }),
  {
    ...sealed("text", { name: "readKeyFile", samples: [keyFile], decode: () => undefined, most: 4 }),
    decode: (bytes) => {
      const path = join(folder, "keys.jwe");
      writeFileSync(path, bytes);
      return readKeyFile(path, passphrase);
    },
  },
];
