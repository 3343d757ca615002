import { randomBytes } from "node:crypto";
import { signTransaction } from "@firmament/agents/signing";
import { toBase64, toBase64url, utf8 } from "@firmament/core/bytes";
import type { Form } from "./engine-network.ts";
import type { FloorHome } from "./floor-home.ts";

/** Bytes of a transaction of the floors; the product's own is as long, or the shortest that it has. */
export type Size = 300 | 2000;

const LIFETIME = 550;
const SIGNATURE_BYTES = 64;

/**
 * Random bytes of the certificate in a transaction of the product: a short one is far below what a certificate takes and
 * yet makes a transaction of 449 bytes; a long one makes it 2000.
 */
const CERTIFICATE_BYTES: Readonly<Record<Size, number>> = { 300: 12, 2000: 884 };

// Printable, with one `=`: the built-in store takes nothing else.
function keyValue(size: Size): Uint8Array {
  const text = randomBytes(size).toString("hex");
  return utf8(`${text.slice(0, 64)}=${text.slice(64, size - 1)}`);
}

async function signedBytes({ members }: FloorHome, size: Size): Promise<Uint8Array> {
  const message = Uint8Array.from(randomBytes(size - SIGNATURE_BYTES));
  const signature = await members[0]?.admin.sign(message);
  return Uint8Array.from(Buffer.concat([signature ?? new Uint8Array(), message]));
}

// Any number of them may follow each other; each has one signature and writes one record of the state.
async function declaration({ genesis, members }: FloorHome, size: Size, i: number): Promise<Uint8Array> {
  const { admin } = members[i % members.length] ?? {};
  if (admin === undefined) throw new RangeError("a consortium has members");
  return signTransaction(admin, {
    body: { certificate: toBase64url(randomBytes(CERTIFICATE_BYTES[size])) },
    expires: Math.floor(Date.now() / 1000) + LIFETIME,
    ledger: genesis.ledger,
    type: "organisation.authority",
  });
}

/** So many different transactions for the applications of one form, in base64. */
export async function newTransactions(
  form: Form,
  floor: FloorHome,
  { count, size }: { readonly count: number; readonly size: Size },
): Promise<readonly string[]> {
  const make = (i: number): Promise<Uint8Array> | Uint8Array => {
    switch (form) {
      case "kvstore":
        return keyValue(size);
      case "echo":
        return signedBytes(floor, size);
      case "product":
        return declaration(floor, size, i);
    }
  };
  return Promise.all(Array.from({ length: count }, async (_, i) => toBase64(await make(i))));
}
