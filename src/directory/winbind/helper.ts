import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import type { Clock } from '../../support/index.ts'
import { DirectoryError, describeError } from '../errors.ts'

/** What a helper answers: names in lower case, and their values. */
export type HelperAnswer = ReadonlyMap<string, string>

/** A running `ntlm_auth` that answers one question after the other. */
export type Helper = {
  readonly isAlive: boolean
  /**
   * Asks one question, `Name: value` each line. Whatever goes wrong kills the helper: an answer that
   * comes late must never meet the next question.
   * @throws {DirectoryError} `no-answer`
   */
  ask(lines: readonly string[], timeoutMs: number): Promise<HelperAnswer>
  kill(): void
}

/** For a program that is not there, Node says `spawn … ENOENT`. */
function whyNotStarted(error: Error): string {
  const isMissing = 'code' in error && error.code === 'ENOENT'
  return isMissing ? 'is not installed (ENOENT)' : `cannot be started: ${describeError(error)}`
}

/** Real answers have a hundred bytes. */
const maxAnswerBytes = 16_384

type Waiter = { resolve(answer: HelperAnswer): void; reject(error: Error): void }

/**
 * Starts `ntlm_auth` as a server of the ntlm-server-1 protocol (ntlm_auth(1)). Questions go through its
 * standard input, never the command line, which everyone on the machine can read.
 */
export function startHelper(program: string, protocol: string, clock: Clock): Helper {
  const child = spawn(program, [`--helper-protocol=${protocol}`, '--allow-mschapv2'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Nothing of ours, which may hold secrets; in English, since its messages are compared.
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  })
  let isAlive = true
  let waiter: Waiter | undefined
  let lastError = ''

  function fail(detail: string): void {
    isAlive = false
    child.kill('SIGKILL')
    const why = lastError === '' ? detail : `${detail}: ${lastError}`
    waiter?.reject(new DirectoryError('no-answer', `${program} ${why}`))
    waiter = undefined
  }

  readAnswers(child, {
    answered(answer) {
      if (waiter === undefined) return fail('answered without being asked')
      waiter.resolve(answer)
      waiter = undefined
    },
    garbled: () => fail('did not answer in the agreed form'),
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastError = text.trim().split('\n').at(-1)?.slice(0, 200) ?? ''
  })
  child.once('error', (error) => fail(whyNotStarted(error)))
  child.once('close', (code, signal) => fail(`ended (${signal ?? code})`))
  // A helper that has died shows by its end; what cannot be written then is of no interest.
  child.stdin.on('error', () => undefined)

  return {
    get isAlive() {
      return isAlive
    },

    ask(lines, timeoutMs) {
      return new Promise<HelperAnswer>((resolve, reject) => {
        if (!isAlive || waiter !== undefined) {
          reject(new DirectoryError('no-answer', `${program} is not ready`))
          return
        }
        const timer = clock.after(timeoutMs, () => fail(`did not answer within ${timeoutMs} ms`))
        const settle = (run: () => void) => {
          timer.cancel()
          run()
        }
        waiter = {
          resolve: (answer) => settle(() => resolve(answer)),
          reject: (error) => settle(() => reject(error)),
        }
        child.stdin.write(`${[...lines, '.'].join('\n')}\n`)
      })
    },

    kill() {
      fail('was ended')
    },
  }
}

/**
 * Lines up to one with a dot are an answer. A refusal is followed by a second dot, which comes with it or later: a dot
 * with nothing before it is not an answer.
 */
function readAnswers(
  child: ChildProcessWithoutNullStreams,
  handlers: { answered(answer: HelperAnswer): void; garbled(): void },
): void {
  let pending = ''
  let fields = new Map<string, string>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (pending + text).split('\n')
    pending = lines.pop() ?? ''
    for (const line of lines) {
      if (line === '.') {
        if (fields.size > 0) handlers.answered(fields)
        fields = new Map()
      } else if (!addField(fields, line)) handlers.garbled()
    }
    if (pending.length > maxAnswerBytes || fields.size > 32) handlers.garbled()
  })
}

function addField(fields: Map<string, string>, line: string): boolean {
  const [, name = '', value = ''] = /^([A-Za-z-]+): ?(.*)$/.exec(line) ?? []
  if (name !== '') fields.set(name.toLowerCase(), value)
  return name !== ''
}
