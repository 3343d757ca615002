/** Bounds of the register agent's work. */
export interface RegisterLimits {
  /** Life of a registration token, seconds (S4-20). */
  readonly tokenSeconds: number;
  /** Life of a petition's transaction, seconds. */
  readonly transactionSeconds: number;
  /** Petitions by unknown keys that are taken within a minute. */
  readonly strangersPerMinute: number;
  /** Bytes of a payload. */
  readonly maxPayloadBytes: number;
  /** Times that one transaction is submitted where the ledger does not answer. */
  readonly submitAttempts: number;
  /** Wait between them, milliseconds. */
  readonly submitRetryMs: number;
}

export const registerLimits: RegisterLimits = {
  tokenSeconds: 1800,
  transactionSeconds: 300,
  strangersPerMinute: 30,
  maxPayloadBytes: 4_294_967_296,
  submitAttempts: 3,
  submitRetryMs: 250,
};
