/** Points in time of one request, milliseconds since its start; each is the mean over all requests of a size. */
export interface RegistrationMeans {
  /** The manifest stands on the ledger. */
  readonly ledger: number;
  /** The image lies in the content store. */
  readonly stored: number;
  /** The ledger says that it does. */
  readonly recorded: number;
  readonly end: number;
}

export interface RetrievalMeans {
  readonly ledger: number;
  readonly stored: number;
  readonly end: number;
}

/** Source 004's figures of one image size, milliseconds. */
export interface Published {
  readonly bytes: number;
  readonly registration: RegistrationMeans & { readonly p50: number; readonly p95: number };
  readonly retrieval?: RetrievalMeans & { readonly p50: number; readonly p95: number };
}

type Registration = readonly [ledger: number, stored: number, recorded: number, end: number, p50: number, p95: number];
type Retrieval = readonly [ledger: number, stored: number, end: number, p50: number, p95: number];

function row(bytes: number, registered: Registration, retrieved?: Retrieval): Published {
  const [ledger, stored, recorded, end, p50, p95] = registered;
  const registration = { end, ledger, p50, p95, recorded, stored };
  if (retrieved === undefined) return { bytes, registration };
  const [fetched, received, answered, q50, q95] = retrieved;
  return { bytes, registration, retrieval: { end: answered, ledger: fetched, p50: q50, p95: q95, stored: received } };
}

/** Source 004, recomputed from the logs that it published; its small sizes were registered and never retrieved. */
export const published: readonly Published[] = [
  row(1000, [2305, 2321, 4605, 4606, 4604, 4729]),
  row(22_000, [2395, 2410, 4782, 4783, 4778, 4892]),
  row(94_000, [2431, 2447, 4837, 4839, 4828, 4970]),
  row(289_000, [2756, 2779, 5458, 5459, 5455, 5599]),
  row(552_000, [488, 508, 2806, 2808, 2804, 2922], [2371, 2395, 2396, 2394, 2450]),
  row(9_500_000, [3026, 3182, 5615, 5617, 5601, 5898], [2374, 2581, 2582, 2566, 2705]),
  row(15_400_000, [4587, 4827, 7209, 7212, 7192, 7724], [2400, 2763, 2764, 2754, 2894]),
  row(36_100_000, [11_022, 11_730, 14_182, 14_199, 13_882, 18_137], [2406, 3242, 3247, 3242, 3408]),
];
