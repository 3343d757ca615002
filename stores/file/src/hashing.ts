import { hash } from "node:crypto";
import type { Sha256 } from "@firmament/core/cid";

/** The hash that addressing needs, from this platform. */
export const crypto: Sha256 = { sha256: (bytes) => hash("sha256", bytes, "buffer") };
