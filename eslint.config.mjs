import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";
import { coreRules } from "./testing/architecture/core-rules.ts";

const typed = {
  "@typescript-eslint/no-explicit-any": "error",
  "@typescript-eslint/no-non-null-assertion": "error",
  "@typescript-eslint/no-floating-promises": [
    "error",
    { allowForKnownSafeCalls: [{ from: "package", package: "node:test", name: ["test", "it", "describe", "suite"] }] },
  ],
  "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
  "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
  "@typescript-eslint/consistent-type-exports": "error",
  "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
  "@typescript-eslint/no-deprecated": "error",
  "@typescript-eslint/return-await": "error",
  "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
  // An adapter may keep a port's promise without waiting for anything itself.
  "@typescript-eslint/require-await": "off",
};

const size = {
  "max-lines": ["error", { max: 300, skipBlankLines: true }],
  "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
  complexity: ["error", { max: 15, variant: "modified" }],
};

const everywhere = {
  eqeqeq: "error",
  "no-console": "error",
  "no-var": "error",
  "prefer-const": "error",
  "object-shorthand": "error",
  "no-cond-assign": "error",
  "no-constant-condition": ["error", { checkLoops: "allExceptWhileTrue" }],
  "no-control-regex": "error",
  "no-empty": "error",
  "no-fallthrough": "error",
  "no-loss-of-precision": "error",
  "no-self-assign": "error",
  "no-sparse-arrays": "error",
  "no-unsafe-finally": "error",
  "no-useless-escape": "error",
  "no-implicit-coercion": ["error", { allow: ["!!"] }],
};

export default defineConfig(
  globalIgnores(["**/node_modules/", ".toolchain/", "out/", "coverage/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked, tseslint.configs.strict],
    languageOptions: {
      // The core stands first: its own configuration knows neither Node nor the DOM.
      parserOptions: { project: ["./core/tsconfig.json", "./tsconfig.json"], tsconfigRootDir: import.meta.dirname },
    },
    rules: { ...everywhere, ...typed, ...size },
  },
  { files: ["core/src/**/*.ts"], rules: coreRules },
  { files: ["apps/**/*.ts", "testing/**/*.ts"], rules: { "no-console": "off" } },
  {
    files: ["**/*.test.ts", "**/test/**/*.ts"],
    rules: {
      "max-lines-per-function": "off",
      "no-console": "off",
      // A test may reject or throw what no honest program would.
      "@typescript-eslint/prefer-promise-reject-errors": "off",
      "@typescript-eslint/only-throw-error": "off",
    },
  },
  { files: ["**/*.mjs"], rules: everywhere },
);
