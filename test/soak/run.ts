// `npm run soak`, or `npm run soak -- packages` for the parts with this word in their name. `npm run soak -- nodes --quick`
// is the short form of those that have one. The last line says how it went, and so does the exit code.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const isQuick = process.argv.includes('--quick')
const given = process.argv.slice(2).filter((each) => each !== '--quick')
const [word, ...rest] = given
const chosen = word === undefined || word.startsWith('-') ? given : ['--grep', word, ...rest]
const mocha = join(root, 'node_modules/mocha/bin/mocha.js')
const words = [mocha, '--config', 'test/soak.mocharc.json', ...chosen]
const { status } = spawnSync(process.execPath, words, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...(isQuick && { HOLDFAST_SOAK: 'quick' }) },
})
process.exitCode = status ?? 1
