import Mocha from 'mocha'

/** What the tests of one file came to. */
export type FileResult = {
  readonly passed: number
  readonly skipped: number
  /** Title and message of the first test that failed by an assertion. */
  readonly asserted?: string
  /** Title and message of the first test that failed in another way, such as a time-out. */
  readonly broken?: string
}

/** Tells the runner what the tests came to. One failed assertion is enough, so it ends the run there. */
export default class GuardReporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options)
    let asserted: string | undefined
    let broken: string | undefined
    runner.on('fail', (test, error: Error) => {
      const text = `${test.fullTitle()}: ${error.message.split('\n')[0]}`
      if (error.name === 'AssertionError') {
        asserted ??= text
        runner.abort()
      } else broken ??= text
    })
    runner.once('end', () => {
      const { passes: passed, pending: skipped } = this.stats
      const result: FileResult = {
        passed,
        skipped,
        ...(asserted === undefined ? {} : { asserted }),
        ...(broken === undefined ? {} : { broken }),
      }
      process.send?.(result)
    })
  }
}
