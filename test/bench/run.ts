// The benchmark: npm run bench -- --help
import { writeFileSync } from 'node:fs'
import { messageOf } from '../../src/support/index.ts'
import { readCommandLine } from './command-line.ts'
import { compareCheckouts } from './compare/compare.ts'
import { isBusy, readLoad, readMachine } from './machine/facts.ts'
import { parts } from './parts/index.ts'
import { machineHeader, machineRow, partMarkdown } from './report/markdown.ts'
import { writePage } from './report/page.ts'
import { exitCodeOf, footOf, type Report } from './report/report.ts'
import type { Section } from './report/section.ts'
import { toText } from './report/text.ts'

// Children are stopped when this process ends; a signal alone would leave them running.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

const order = await readCommandLine(process.argv.slice(2))
const startedAt = new Date().toISOString()
const start = readLoad()
const measured: Record<string, readonly Section[]> = {}
const failed: Record<string, string> = {}
if (isBusy(start)) say(`the load average is ${start.toFixed(2)}: this machine is not quiet`)

if (order.kind === 'compare') {
  const { before, after, subject, rounds } = order
  const run = async () => [await compareCheckouts({ before, after }, subject, rounds, say)]
  await runPart('compare', run)
} else {
  for (const name of order.parts) {
    const part = parts[name]
    if (part === undefined) continue
    const rounds = order.rounds ?? part.rounds
    await runPart(name, () => part.run({ rounds, say: (line) => say(`${name}: ${line}`) }))
  }
}

const report: Report = {
  machine: readMachine(),
  startedAt,
  endedAt: new Date().toISOString(),
  loadAverage: { start, end: readLoad() },
  isBusy: isBusy(start),
  parts: measured,
  failed,
}
if (order.json !== undefined) writeFileSync(order.json, `${JSON.stringify(report, undefined, 2)}\n`)
if (order.kind === 'measure' && order.markdown) {
  console.log([...machineHeader, machineRow(report)].join('\n'))
  for (const name of Object.keys(measured)) console.log(`\n${partMarkdown(report, name)}`)
} else {
  for (const section of Object.values(measured).flat()) console.log(toText(section))
}
for (const line of footOf(report))
  (order.kind === 'measure' && order.markdown ? say : console.log)(line)
if (order.kind === 'measure' && order.write) writePage(report)
// Samba and slapd are stopped when this process ends.
process.exit(exitCodeOf(report))

async function runPart(name: string, run: () => Section[] | Promise<Section[]>): Promise<void> {
  say(`${name}: begins`)
  try {
    measured[name] = await run()
  } catch (error) {
    failed[name] = messageOf(error)
    say(`${name}: failed: ${failed[name]}`)
  }
}

function say(line: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${line}`)
}
