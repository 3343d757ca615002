import type { Decoder } from "../decoder.ts";
import { ceremony } from "./ceremony.ts";
import { documents } from "./documents.ts";
import { edges } from "./edges.ts";
import { files } from "./files.ts";
import { keyDecoders } from "./keys.ts";
import { logDecoders } from "./log.ts";

/** Every decoder that is fed malformed input; a new one is one entry in its group. */
export const decoders: readonly Decoder[] = [
  ...documents,
  ...logDecoders,
  ...keyDecoders,
  ...edges,
  ...files,
  ...ceremony,
];
