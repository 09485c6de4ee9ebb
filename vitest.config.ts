import { defineConfig } from 'vitest/config'

// One process per file: the media plane owns native memory and worker threads, which must not outlive their test file.
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'prompts/**/*.test.ts'],
    globalSetup: ['scripts/build-kernel.mjs'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
