const { availableParallelism } = require('node:os')

module.exports = {
  spec: ['test/**/*.test.ts'],
  ignore: [
    'test/**/*.slow.test.ts',
    'test/lab/**',
    'test/network/**',
    'test/fuzz/**',
    'test/browser/**',
  ],
  require: ['./test/compile-cache.ts', './test/fixed-seed.ts'],
  timeout: 60_000,
  forbidOnly: true,
  exit: true,
  reporter: 'test/reporter.ts',
  // Several files at the same time: most of them wait for a disk, a socket or a process.
  parallel: true,
  jobs: Math.max(2, availableParallelism()),
}
