import { refusalsOf } from "../errors/index.ts";

export const bytesErrors = {
  "bytes/base64": {
    status: 400,
    rule: "Base64 text must be canonical: right alphabet, right padding, unused bits zero.",
    remedy: "Encode the bytes again with a standard encoder.",
  },
  "bytes/hex": {
    status: 400,
    rule: "Hexadecimal text must be lower case with an even number of digits.",
    remedy: "Write the bytes as lower-case hexadecimal.",
  },
  "bytes/utf8": {
    status: 400,
    rule: "Text must be valid UTF-8 without lone surrogates.",
    remedy: "Write the text as UTF-8.",
  },
} as const;

export const refuse = refusalsOf(bytesErrors);
