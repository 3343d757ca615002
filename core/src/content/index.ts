export { contentErrors, refuseContent } from "./errors.ts";
export { assertExpected } from "./expectation.ts";
export type { ContentExpectation, ContentStore, GetOptions, PutOptions, StagedContent, StoredContent } from "./port.ts";
