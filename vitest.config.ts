import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/{unit,property,contract}/**/*.test.ts"],
    globalSetup: ["test/support/buildWorker.ts"],
    setupFiles: ["test/support/seed.ts"],
    testTimeout: 120_000,
  },
});
