import Mocha from 'mocha'

export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number }
/** What a part of the run came to: its counts, and the titles of the tests that failed. */
export type PartResult = Counts & { readonly failures: readonly string[] }

export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

/** Mocha's own report and the result: for run.ts, which adds up the parts, or as a closing line. */
export default class ClosingLineReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options)
    const failures: string[] = []
    runner.on('fail', (test) => failures.push(test.fullTitle()))
    runner.once('end', () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats
      const result: PartResult = { passed, failed, skipped, failures }
      if (process.send === undefined) console.log(closingLine(result))
      else process.send(result)
    })
  }
}
