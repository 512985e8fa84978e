// Runs all tests for `npm test`: the lab in three parts, and beside them the rest, which uses the time that the lab
// waits. Words after `npm test --` go to mocha.
import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Counts, closingLine, type PartResult } from './reporter.ts'

type Part = {
  readonly name: string
  readonly config: string
  readonly showsAtOnce: boolean
  /** Installs packages, and so has no network of its own. */
  readonly needsNetwork?: true
}
type Result = { readonly counts: PartResult | undefined; readonly ok: boolean }

const here = import.meta.dirname
const mocha = join(here, '../node_modules/mocha/bin/mocha.js')
const running = new Set<ChildProcess>()

/** Two runs on one machine need ports and temporary files of their own, and so do the parts of one run. */
function canSeparate(): boolean {
  if (process.getuid?.() !== 0) return false
  const tried = ['--net', '--mount', 'sh', '-c', 'ip link set lo up && mount -t tmpfs tmpfs /mnt']
  return spawnSync('unshare', tried).status === 0
}

async function run(part: Part, canBeSeparate: boolean): Promise<Result> {
  const separate = canBeSeparate && part.needsNetwork !== true
  const folder = mkdtempSync(join(tmpdir(), 'hft-'))
  const own = join(folder, 't')
  mkdirSync(own)
  // Programs of other users work in `own` as well.
  chmodSync(folder, 0o711)
  const log = join(folder, 'output')
  const output = part.showsAtOnce ? 'inherit' : openSync(log, 'a')
  const words = ['--net', '--mount', 'sh', join(here, 'own-namespace.sh'), own, process.execPath]
  const child = fork(mocha, ['--config', join(here, part.config), ...process.argv.slice(2)], {
    ...(separate && { execPath: 'unshare', execArgv: words }),
    cwd: join(here, '..'),
    stdio: ['ignore', output, output, 'ipc'],
  })
  running.add(child)
  let counts: PartResult | undefined
  child.on('message', (message: PartResult) => {
    counts = message
  })
  // Not "close": a program that a test left behind may hold the output open.
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  running.delete(child)
  if (!part.showsAtOnce)
    console.log(`\n=== ${part.name} ===\n${readFileSync(log, 'utf8')}=== end ===\n`)
  rmSync(folder, { recursive: true, force: true })
  if (counts === undefined) console.error(`${part.name} ended with code ${code}, before their end`)
  return { counts, ok: code === 0 && counts !== undefined }
}

// A terminal sends SIGINT to all of us.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => {
  for (const child of running) child.kill('SIGINT')
})

const separate = canSeparate()
if (!separate) {
  console.log(
    'The tests have no network namespace of their own, because this user cannot make one with unshare. Run them once at a time.',
  )
}
const results = await Promise.all([
  run({ name: 'lab', config: 'lab.mocharc.json', showsAtOnce: true }, separate),
  run({ name: 'lab with a domain', config: 'domain.mocharc.json', showsAtOnce: false }, separate),
  run({ name: 'pages for gateways', config: 'pages.mocharc.json', showsAtOnce: false }, separate),
  run({ name: 'all but the lab', config: 'rest.mocharc.cjs', showsAtOnce: false }, separate),
  run(
    { name: 'quick start', config: 'network.mocharc.json', showsAtOnce: false, needsNetwork: true },
    separate,
  ),
])
const failures = results.flatMap(({ counts }) => counts?.failures ?? [])
if (failures.length > 0) console.log(`Failed:\n${failures.map((each) => `  ${each}`).join('\n')}\n`)
const total = (key: keyof Counts) =>
  results.reduce((sum, { counts }) => sum + (counts?.[key] ?? 0), 0)
console.log(
  closingLine({ passed: total('passed'), failed: total('failed'), skipped: total('skipped') }),
)
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1
