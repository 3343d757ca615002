import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { FrameReader, frame } from "../src/framing.ts";

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
