import { defineConfig } from 'vitest/config'

// One process per file: the media plane owns native memory and worker threads, which must not outlive their test file.
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'prompts/**/*.test.ts'],
    globalSetup: ['scripts/build-kernel.mjs'],
    pool: 'forks',
    maxWorkers: 2,
    // Far beyond what anything takes: a busy machine is no failure, waiting for ever is.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
