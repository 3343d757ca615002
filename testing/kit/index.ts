export { Consortium, openClassPolicy } from "./consortium.ts";
export { cidOfBytes, prepareRelease } from "./release.ts";
export type { PreparedRelease, ReleaseOptions } from "./release.ts";
export { DAY, foundingGenesis, nodeOf, openPolicy, START, trustMember } from "./founding.ts";
export type { FoundingOptions } from "./founding.ts";
export type { LooseAction, LooseBody } from "./possession.ts";
export { newOrganisation, newPeer, newSigner } from "./organisation.ts";
export type { TestOrganisation } from "./organisation.ts";
