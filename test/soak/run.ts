// `npm run soak`, or `npm run soak -- packages` for the parts with this word in their name.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const [word, ...rest] = process.argv.slice(2)
const chosen =
  word === undefined || word.startsWith('-') ? process.argv.slice(2) : ['--grep', word, ...rest]
const mocha = join(root, 'node_modules/mocha/bin/mocha.js')
const words = [mocha, '--config', 'test/soak.mocharc.json', ...chosen]
const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' })
process.exitCode = status ?? 1
