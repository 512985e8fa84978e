import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { CliError, interrupted } from './errors.ts'
import type { CliIo } from './io.ts'

/** Asks the person at the terminal, or reads line by line from a pipe. */
export type Asker = {
  /** The answer without white space around it; `fallback` for an empty one. */
  ask(question: string, fallback?: string): Promise<string>
  /** The same, without showing what is typed. White space is kept. */
  askHidden(question: string): Promise<string>
}

/**
 * Runs `work` with an asker. Questions go to stderr, so that stdout stays clean for what is printed.
 * They reject with CliError `interrupted` on Ctrl-C and `no-terminal` when the input ends too early.
 */
export async function withAsker<Result>(
  io: CliIo,
  work: (asker: Asker) => Promise<Result>,
): Promise<Result> {
  const lines = io.stdin.isTTY === true ? terminalLines(io) : pipeLines(io)
  try {
    return await work({
      async ask(question, fallback) {
        const hint = fallback === undefined ? '' : ` [${fallback}]`
        const answer = (await lines.next(`${question}${hint}: `, false)).trim()
        return answer === '' ? (fallback ?? '') : answer
      },
      askHidden: (question) => lines.next(`${question}: `, true),
    })
  } finally {
    lines.close()
  }
}

type Lines = { next(question: string, hidden: boolean): Promise<string>; close(): void }

/**
 * One readline for each question: it holds the terminal in raw mode, where Ctrl-C is a key and not a signal, and
 * between questions Ctrl-C has to work. Closing it gives the terminal its echo back.
 */
function terminalLines(io: CliIo): Lines {
  return {
    async next(question, hidden) {
      // It may have come between two questions, while nothing listened.
      if (io.signal.aborted) throw interrupted()
      const output = new Writable({
        write(chunk, _encoding, done) {
          if (!hidden) io.stderr.write(chunk)
          done()
        },
      })
      const readline = createInterface({
        input: io.stdin,
        output,
        terminal: true,
        historySize: 0,
      })
      // Only now is the echo off: an answer may come at once, from a paste or a script.
      io.stderr.write(question)
      const stop = () => readline.emit('SIGINT')
      io.signal.addEventListener('abort', stop, { once: true })
      try {
        return await new Promise<string>((resolve, reject) => {
          readline.once('line', resolve)
          readline.once('SIGINT', () => reject(interrupted()))
          readline.once('close', () => reject(inputEnded()))
        })
      } finally {
        io.signal.removeEventListener('abort', stop)
        readline.close()
        if (hidden) io.stderr.write('\n')
      }
    },
    close: () => undefined,
  }
}

/** A pipe may deliver all lines at once, so one readline keeps those no one has asked for yet. */
function pipeLines(io: CliIo): Lines {
  const arrived: string[] = []
  let waiting: { resolve(line: string): void; reject(error: Error): void } | undefined
  let ended: CliError | undefined
  const readline = createInterface({ input: io.stdin, terminal: false })
  const end = (error: CliError) => {
    ended ??= error
    waiting?.reject(ended)
    waiting = undefined
  }
  const stop = () => end(interrupted())
  readline.on('line', (line) => {
    if (waiting) waiting.resolve(line)
    else arrived.push(line)
    waiting = undefined
  })
  readline.on('close', () => end(inputEnded()))
  io.signal.addEventListener('abort', stop, { once: true })
  return {
    next(question) {
      if (io.signal.aborted) return Promise.reject(interrupted())
      io.stderr.write(`${question}\n`)
      const line = arrived.shift()
      if (line !== undefined) return Promise.resolve(line)
      if (ended) return Promise.reject(ended)
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject }
      })
    },
    close() {
      io.signal.removeEventListener('abort', stop)
      readline.close()
    },
  }
}

function inputEnded(): CliError {
  return new CliError('no-terminal', 'The input ended before an answer.')
}
