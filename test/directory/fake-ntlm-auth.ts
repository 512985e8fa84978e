import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Runs as `ntlm_auth`: does what the asked name says, and writes down its starts and questions. */
const script = `
const { appendFileSync } = require('node:fs')
const log = (entry) => appendFileSync(__dirname + '/log', JSON.stringify(entry) + '\\n')
const say = (...lines) => process.stdout.write(lines.join('\\n') + '\\n')
const right = ['Authenticated: Yes', 'User-Session-Key: 41C00C584BD2D91C4017A2A12FA59F3F', '.']
const refuse = (text) => say('Authenticated: No', 'Authentication-Error: ' + text, '.')
const answers = {
  alice: () => say(...right),
  wrong: () => { refuse('NT_STATUS_WRONG_PASSWORD'); setImmediate(() => say('.')) },
  hang: () => undefined,
  die: () => { process.stderr.write('first\\nno more memory\\n'); process.exitCode = 3; process.stdin.destroy() },
  garbage: () => say('<html>', '.'),
  endless: () => process.stdout.write('x'.repeat(100000)),
  many: () => { for (let i = 0; i < 100; i++) say('Field-' + 'x'.repeat(i) + ': 1') },
  twice: () => say(...right, ...right),
  keyless: () => say('Authenticated: Yes', '.'),
  empty: () => say('Unknown: value', '.'),
}
const { LC_ALL: locale, ...environment } = process.env
log({ started: process.pid, arguments: process.argv.slice(2), locale, environment: Object.keys(environment) })
let lines = []
let pending = ''
process.stdin.setEncoding('utf8').on('data', (text) => {
  const parts = (pending + text).split('\\n')
  pending = parts.pop()
  for (const line of parts) {
    if (line !== '.') { lines.push(line); continue }
    const asked = lines
    lines = []
    const name = asked.find((each) => each.startsWith('Username:: ')) ?? ''
    log({ asked })
    if (process.argv[2] === '--helper-protocol=ntlm-change-password-1') {
      if (name === 'Username:: YWxpY2U=') say('Password-Change: Yes', '.')
      else say('Password-Change: No', 'Password-Change-Error: too short', '.', '.')
      continue
    }
    answers[Buffer.from(name.slice(11), 'base64').toString()]?.()
  }
})
`

type Entry =
  | {
      readonly started: number
      readonly arguments: readonly string[]
      readonly locale: string
      readonly environment: readonly string[]
    }
  | { readonly asked: readonly string[] }

/** A program in place of Samba's ntlm_auth, in a folder of its own. */
export function createFakeNtlmAuth() {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-ntlm-'))
  const program = join(folder, 'ntlm_auth.cjs')
  writeFileSync(program, `#!${process.execPath}${script}`)
  chmodSync(program, 0o755)
  const entries = (): Entry[] => {
    const file = join(folder, 'log')
    if (!existsSync(file)) return []
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => JSON.parse(line) as Entry)
  }
  const questions = () => entries().flatMap((entry) => ('asked' in entry ? [entry.asked] : []))

  return {
    program,
    questions,
    starts: () => entries().flatMap((entry) => ('started' in entry ? [entry] : [])),
    /** Waits until so many questions have come in altogether. */
    async untilAsked(count: number): Promise<void> {
      while (questions().length < count) await new Promise((resolve) => setTimeout(resolve, 5))
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
