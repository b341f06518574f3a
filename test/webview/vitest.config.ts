import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/webview/*.test.ts"],
    globalSetup: ["test/webview/build.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One browser at a time: a file has one of its own.
    fileParallelism: false,
  },
});
