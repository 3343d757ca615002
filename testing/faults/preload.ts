/** Environment in which every Node program loads a fixture of `programs/` before its own. */
export function preloading(program: string): Record<string, string> {
  const warnings = "--disable-warning=ExperimentalWarning";
  return { NODE_OPTIONS: `${warnings} --import=${new URL(`programs/${program}`, import.meta.url).href}` };
}
