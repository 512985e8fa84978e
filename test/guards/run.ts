// Removes one guard after the other from a copy of the source, and expects that a test notices each time. Words after
// `npm run test:guards --` choose guards by their names.
import { join } from 'node:path'
import { closingLine } from '../reporter.ts'
import { guards } from './lists/index.ts'
import { formatTable } from './table.ts'
import { tryAll } from './try-all.ts'
import type { Verdict } from './try-guards.ts'

const root = join(import.meta.dirname, '../..')
const words = process.argv.slice(2)
const chosen = guards.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
)
let done = 0
const trial = tryAll(root, chosen, ({ kind, guard }) => {
  done += 1
  console.log(`${done} of ${chosen.length}: ${kind}: ${guard.name}`)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    trial.stop()
    process.exit(1)
  })
}
const verdicts = await trial.verdicts
const count = (kind: Verdict['kind']) => verdicts.filter((verdict) => verdict.kind === kind).length
console.log(`\n${formatTable(verdicts)}\n`)
console.log(
  closingLine({ passed: count('noticed'), failed: count('failed'), skipped: count('skipped') }),
)
process.exitCode = chosen.length > 0 && count('failed') === 0 ? 0 : 1
