/** Id of the engine's chain: `fm-` and the digits of the genesis digest that end the ledger's id. */
export function chainIdOf(ledger: string): string {
  return `fm-${ledger.slice(-16)}`;
}
