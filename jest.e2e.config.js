/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/e2e/**/*.e2e.ts'],
  maxWorkers: 1,
  verbose: true,
  testTimeout: 30 * 60 * 1000,
};
