/** Codes that no test names as a string of its own, so that nothing shows when they are used. */
export function unassertedCodes(codes: readonly string[], testTexts: readonly string[]): string[] {
  const text = testTexts.join("\n");
  const quotes = ['"', "'", "`"];
  return codes.filter((code) => !quotes.some((quote) => text.includes(`${quote}${code}${quote}`)));
}
