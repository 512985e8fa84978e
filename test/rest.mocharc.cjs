// All that `npm test` runs beside the lab.
module.exports = {
  ...require('./unit.mocharc.cjs'),
  ignore: ['test/lab/**'],
  timeout: 300_000,
}
