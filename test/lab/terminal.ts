import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { stopOnExit } from './child.ts'

const root = join(import.meta.dirname, '../..')

/** A command that runs on a terminal of its own, as for a person. */
export type Terminal = {
  /** All that the person has seen so far. */
  seen(): string
  /** Waits until this shows, after what was there at the last answer. Rejects when the command ends first. */
  shows(text: string | RegExp): Promise<void>
  /** Types a line. */
  type(line: string): void
  /** Presses Ctrl and a letter. */
  control(letter: string): void
  /** The exit code, once it has ended. */
  ended(): Promise<number | null>
}

/** Runs `holdfast` on a terminal. */
export function openTerminal(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Terminal {
  return openTerminalFor(['node', 'src/main.ts', ...words], env)
}

/** Runs a program on a pseudo-terminal, which `script` of every Debian machine makes. */
export function openTerminalFor(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Terminal {
  const line = words.map((word) => `'${word}'`).join(' ')
  const child: ChildProcess = spawn(
    'script',
    ['--quiet', '--return', '--flush', '--command', line, '/dev/null'],
    { cwd: root, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] },
  )
  stopOnExit(child, () => undefined)
  let seen = ''
  let answeredAt = 0
  let look = () => {}
  let isOver = false
  child.stdout?.setEncoding('utf8')
  child.stdout?.on('data', (chunk) => {
    seen += String(chunk)
    look()
  })
  const over = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      isOver = true
      look()
      resolve(code)
    }),
  )
  const write = (text: string) => {
    answeredAt = seen.length
    child.stdin?.write(text)
  }
  return {
    seen: () => seen,
    shows: (text) =>
      new Promise((resolve, reject) => {
        look = () => {
          const fresh = seen.slice(answeredAt)
          const isThere = typeof text === 'string' ? fresh.includes(text) : text.test(fresh)
          if (isThere) resolve()
          else if (isOver) reject(new Error(`the command ended without ${text}:\n${seen}`))
        }
        look()
      }),
    type: (text) => write(`${text}\r`),
    control: (letter) => write(String.fromCharCode(letter.toUpperCase().charCodeAt(0) - 64)),
    ended: () => over,
  }
}
