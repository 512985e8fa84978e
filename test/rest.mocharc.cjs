// All that `npm test` runs beside the lab.
module.exports = {
  ...require('./unit.mocharc.cjs'),
  ignore: ['test/lab/**', 'test/network/**'],
  timeout: 300_000,
}
