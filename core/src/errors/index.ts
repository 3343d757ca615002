export { Refusal, refusalsOf, show } from "./refusal.ts";
export type { ErrorCatalogue, ErrorSpec } from "./refusal.ts";
