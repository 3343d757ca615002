/** Content that a store program works on: one byte again and again, one with inner nodes among them. */
export const contents: readonly Uint8Array[] = [40, 1_300_000, 70_000].map((size, i) => {
  return new Uint8Array(size).fill(i + 1);
});

/** What a store program prints once it is so. `collecting` comes before anything is removed. */
export type StoreLine =
  | { readonly event: "stored" | "pinned"; readonly cid: string }
  | { readonly event: "collecting" | "collected" }
  | { readonly event: "failed"; readonly code: string };
