/** Requirement ids that a test title names in square brackets, like `[S4-24]` or `[S4-24 S4-25]`, without repeats. */
export function requirementIds(title: string): string[] {
  const ids = new Set<string>();
  for (const [group] of title.matchAll(/\[[^[\]]*\]/g)) {
    for (const [id] of group.matchAll(/\b(?:S\d|R4)-\d+\b/g)) ids.add(id);
  }
  return [...ids];
}
