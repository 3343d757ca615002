import type { IncomingMessage, ServerResponse } from "node:http";
import type { ContentStore } from "@firmament/core/content";

/** The organisation's content store, from the side that reads it: every byte is verified before it is handed out. */
export type StoredContentReader = Pick<ContentStore, "get" | "stat">;

/**
 * Answers `GET` and `HEAD` of `/v1/content/…` completely. Rejects, after the answer, where the store is at fault.
 */
export type ContentResponder = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
