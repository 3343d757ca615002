export { Refusal, refusalFromJson, refusalsOf, show } from "./refusal.ts";
export type { ErrorCatalogue, ErrorSpec } from "./refusal.ts";
