import Mocha from 'mocha'

export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number }

export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

/** Mocha's own report and the counts: for run.ts, which adds them up, or as a closing line. */
export default class ClosingLineReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options)
    runner.once('end', () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats
      const counts: Counts = { passed, failed, skipped }
      if (process.send === undefined) console.log(closingLine(counts))
      else process.send(counts)
    })
  }
}
