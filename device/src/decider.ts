import type { Refusal } from "@firmament/core/errors";
import type { Offer } from "@firmament/core/update";

/** What a device is to do with images that it fetched and verified (PROTOCOL B-23). */
export type Ruling =
  /** `offers`: the same releases, with what the class demands of them now. */
  | { readonly action: "install"; readonly offers: readonly Offer[] }
  /** Not now: the images are kept, and the device asks again. */
  | { readonly action: "wait"; readonly refusal: Refusal }
  | { readonly action: "drop"; readonly refusal: Refusal };

/**
 * Decides before an installation, on evidence that the device's clock profile still finds fresh. It is trusted: it
 * verifies bundles. It throws where it has no such evidence; nothing is installed then, and the device asks again.
 */
export interface Decider {
  decide(offers: readonly Offer[], signal?: AbortSignal): Promise<Ruling>;
}
