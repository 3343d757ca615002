import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { BinaryWriter } from "cosmjs-types/binary";
import { Response } from "cosmjs-types/tendermint/abci/types";
import { FrameReader, FrameWriter } from "../src/framing.ts";

const frame = (bytes: Uint8Array): Uint8Array => new BinaryWriter().bytes(bytes).finish();

const message = fc.uint8Array({ maxLength: 400 });

it("messages come out as they went in, however the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), fc.array(fc.integer({ max: 200, min: 1 })), (messages, cuts) => {
      const stream = Buffer.concat(messages.map(frame));
      const reader = new FrameReader();
      const read: Uint8Array[] = [];
      let at = 0;
      for (const cut of [...cuts, stream.length]) {
        read.push(...reader.push(Uint8Array.from(stream.subarray(at, at + cut))).map((each) => Uint8Array.from(each)));
        at += cut;
      }
      assert.deepEqual(read, messages);
    }),
  );
});

it("a length that no message has is a fault", () => {
  assert.throws(() => new FrameReader().push(new Uint8Array(6).fill(0xff)), RangeError);
  assert.throws(() => new FrameReader().push(Uint8Array.of(0x81, 0x80, 0x80, 0x40)), RangeError);
});

it("a writer frames what a message encodes to, whatever its length, and sends nothing else of the memory", () => {
  for (const length of [0, 1, 100, 120, 127, 128, 4000, 16_370, 16_390, 70_000]) {
    const answer = Response.fromPartial({ echo: { message: "é".repeat(length) } });
    assert.deepEqual(
      Uint8Array.from(Response.encode(answer, new FrameWriter()).finish()),
      Uint8Array.from(frame(Response.encode(answer).finish())),
    );
  }
  // A number of which the library counts more bytes than it writes.
  const answer = Response.fromPartial({ checkTx: { gasUsed: 2_147_483_648n } });
  for (let i = 0; i < 500; i++) Buffer.allocUnsafe(16).fill(0xee);
  assert.deepEqual(
    Uint8Array.from(Response.encode(answer, new FrameWriter()).finish()),
    Uint8Array.from(frame(Response.encode(answer).finish())),
  );
});
