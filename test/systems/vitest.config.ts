import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/systems/*.test.ts"],
    globalSetup: ["test/support/buildWorker.ts"],
    testTimeout: 60_000,
  },
});
