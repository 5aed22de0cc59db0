import { defineConfig } from 'vitest/config';

const lab = 'test/usb-lab/**/*.test.ts';

export default defineConfig({
  test: {
    setupFiles: ['test/helpers/leak-check.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    allowOnly: false,
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: { name: 'all', include: ['test/**/*.test.ts'], exclude: [lab], sequence: { groupOrder: 0 } },
      },
      // A whole machine of its own, which must not make the others wait: it runs when they are done.
      { extends: true, test: { name: 'usb-lab', include: [lab], sequence: { groupOrder: 1 } } },
    ],
  },
});
