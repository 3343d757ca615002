import {
  type Decoded,
  idName,
  integer,
  object,
  oneOf,
  organisationName,
  signatureText,
  taggedBy,
  textSet,
} from "../codec/index.ts";
import { publicKey } from "../keys/index.ts";
import { classPolicy, consortiumPolicy } from "./policy.ts";

const aboutOrganisation = <const T extends string>(type: T) =>
  object({ organisation: organisationName, type: oneOf(type) });

/** An administrator's key with the proof that its holder wants to be that organisation's (PROTOCOL I-5). */
const newAdmin = object({ key: publicKey, proof: signatureText });

/** What organisations decide by vote (PROTOCOL V-1). */
export const action = taggedBy("type", {
  "class.create": object({
    className: idName,
    policy: classPolicy,
    storageLocations: textSet(idName, { min: 1, max: 8 }),
    type: oneOf("class.create"),
    vendor: idName,
    versions: oneOf("integer", "semver"),
  }),
  "class.policy": object({ className: idName, policy: classPolicy, type: oneOf("class.policy") }),
  "consortium.policy": object({ policy: consortiumPolicy, type: oneOf("consortium.policy") }),
  "organisation.admit": object({ admin: newAdmin, organisation: organisationName, type: oneOf("organisation.admit") }),
  "organisation.reinstate": object(
    { organisation: organisationName, type: oneOf("organisation.reinstate") },
    { admin: newAdmin },
  ),
  "organisation.remove": aboutOrganisation("organisation.remove"),
  "organisation.suspend": aboutOrganisation("organisation.suspend"),
  "rules.activate": object({ at: integer(1), rules: integer(2), type: oneOf("rules.activate") }),
  "vendor.create": object({ organisation: organisationName, type: oneOf("vendor.create"), vendor: idName }),
});
export type Action = Decoded<typeof action>;
