/** Bounds of one HTTP front's connections. */
export interface FrontLimits {
  /** Connections at a time. */
  readonly maxConnections: number;
  /** Connections of one remote address at a time; of one /64 network for IPv6, whose holder has all its addresses. */
  readonly maxOfAddress: number;
  /** Time in which the head of a request must have arrived, milliseconds; whatever is late is cut within 30 s more. */
  readonly headersMs: number;
  /** Time in which a request must have arrived whole, milliseconds. */
  readonly requestMs: number;
  /** Time that a connection stays open between two requests, milliseconds. */
  readonly keepAliveMs: number;
  /** Time in which a sender must send something and a reader take something, milliseconds. */
  readonly stallMs: number;
}

/** Fronts whose requests are small: ledger, node, retrieval agent. */
export const frontLimits: FrontLimits = {
  // A connection over TLS holds about 110 KiB: together they stay below 256 MiB, and below 4096 open files.
  maxConnections: 2048,
  // A quarter of all, and as many as one member has (PROTOCOL Q-11). A site behind one address may have as many devices
  // that ask at the same moment; the fronts of four organisations on one machine hold fewer than thirty each.
  maxOfAddress: 512,
  // One round trip carries a head; a slow radio link needs a few seconds.
  headersMs: 10_000,
  // PROTOCOL Q-11.
  requestMs: 30_000,
  // Longer than members' requests are apart while they work; a device asks once and comes back hours later.
  keepAliveMs: 10_000,
  // The retransmissions of a link that was away for half a minute come through.
  stallMs: 60_000,
};

/** Fronts that take images: author and register agent. */
export const uploadFrontLimits: FrontLimits = {
  ...frontLimits,
  // 4 GiB at 10 Mbit/s.
  requestMs: 3_600_000,
};
