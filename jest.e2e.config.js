/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/e2e/**/*.e2e.ts'],
  globalSetup: '<rootDir>/test/e2e/set-up.ts',
  // Servers mostly wait for each other, so two files at a time take less than one by one. A long run measures.
  maxWorkers: process.env.FLEETWRIGHT_LONG === '1' ? 1 : 2,
  verbose: true,
  testTimeout: 30 * 60 * 1000,
};
