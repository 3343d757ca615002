/** Seconds that two honest clocks may differ by (PROTOCOL O-6, W-5). */
export const MAX_SKEW = 60;
