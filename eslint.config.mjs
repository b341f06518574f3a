import tseslint from "typescript-eslint";

/** Layers that must give the same answer for the same input: time, chance, disk and network reach them as ports. */
const PURE_LAYERS = ["src/base/**", "src/domain/**", "src/ports/**", "src/app/**"];

export default tseslint.config(
  { ignores: ["dist/", "out/", "node_modules/", ".cache/"] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "max-lines": ["error", 400],
      "no-console": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: PURE_LAYERS,
    rules: {
      "no-restricted-imports": ["error", { patterns: [{ regex: "^(vscode|node:)", message: "Take a port." }] }],
      "no-restricted-globals": ["error", "setTimeout", "setInterval", "fetch", "process", "Buffer"],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now" },
        { object: "Math", property: "random" },
      ],
      "no-restricted-syntax": ["error", "NewExpression[callee.name='Date'][arguments.length=0]"],
    },
  },
  {
    // The programs behind `npm start` and `npm test` talk to a terminal.
    files: ["test/**"],
    rules: { "no-console": "off", "@typescript-eslint/explicit-module-boundary-types": "off" },
  },
  {
    files: ["**/*.js", "**/*.mjs", "**/*.cjs"],
    ...tseslint.configs.disableTypeChecked,
    rules: { ...tseslint.configs.disableTypeChecked.rules, "@typescript-eslint/no-require-imports": "off" },
  },
);
