import { filesIn } from "../repository/workspaces.ts";

/** One part of `npm run check`: a program of node_modules/.bin, or `node` itself. */
export interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

function tests(folder: string): readonly string[] {
  return ["--test", "--test-reporter=dot", ...filesIn(folder, "*.test.ts")];
}

/** The longest first, so that two at a time end together. */
export const steps: readonly Step[] = [
  { name: "eslint", command: "eslint", args: ["--max-warnings=0", "."] },
  { name: "types", command: "tsc", args: ["-p", "tsconfig.json"] },
  { name: "types-core", command: "tsc", args: ["-p", "core/tsconfig.json"] },
  { name: "prettier", command: "prettier", args: ["--log-level=warn", "--check", "."] },
  { name: "knip", command: "knip", args: ["--no-progress", "--no-config-hints"] },
  { name: "architecture", command: "node", args: tests("testing/architecture") },
  { name: "catalogue", command: "node", args: tests("testing/catalogue") },
];
