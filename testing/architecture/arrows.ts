/** Groups of workspaces that DESIGN 2 draws arrows between: the first part of a workspace's folder. */
const groups = [
  "core",
  "crypto",
  "replica",
  "ledgers",
  "stores",
  "anchors",
  "agents",
  "device",
  "apps",
  "testing",
] as const;

type Group = (typeof groups)[number];

/** What a group's own code may depend on. A group that is absent in its own list may not import a neighbour either. */
const arrows: Readonly<Record<Group, readonly Group[]>> = {
  core: [],
  crypto: ["core"],
  replica: ["core"],
  ledgers: ["core", "replica"],
  stores: ["core"],
  anchors: ["core", "replica"],
  agents: ["core", "replica"],
  device: ["core"],
  apps: ["core", "crypto", "replica", "ledgers", "stores", "anchors", "agents", "device", "apps"],
  testing: [...groups],
};

/** Tests of any package need real signatures and a real state besides. */
const testArrows: readonly Group[] = ["core", "crypto", "replica"];

export function groupOf(folder: string): Group | undefined {
  return groups.find((group) => folder === group || folder.startsWith(`${group}/`));
}

/** True where code of one workspace may import another workspace. */
export function mayImport(from: string, to: string, fromTest: boolean): boolean {
  const source = groupOf(from);
  const target = groupOf(to);
  if (source === undefined || target === undefined) return false;
  return from === to || arrows[source].includes(target) || (fromTest && testArrows.includes(target));
}
