import type { Asker } from '../ask.ts'
import { CliError } from '../errors.ts'
import { type CliIo, note } from '../io.ts'

/** What an answer is worth. `keep`: it cannot be tried now, and may be kept all the same. */
export type Judged<Value> =
  | { readonly value: Value }
  | { readonly problem: string; readonly keep?: Value }

export type Question<Value> = {
  readonly text: string
  /** The option that answers it, without dashes. */
  readonly flag: string
  /** What that option says. */
  readonly given?: string | undefined
  /** What Enter alone means. */
  readonly fallback?: string | undefined
  /** Whether what is typed stays hidden. */
  readonly hidden?: boolean
  judge(answer: string): Judged<Value> | Promise<Judged<Value>>
}

/** Asks until an answer can be used. */
export type Interview = {
  /** Whether a person answers. If not, all answers come from options. */
  readonly asks: boolean
  /** Throws CliError `usage` where the option is wrong, and what `Asker` throws. */
  ask<Value>(question: Question<Value>): Promise<Value>
  tell(text: string): void
}

/** Takes an answer that could not be tried. */
const keepWord = 'keep'

export function createInterview(asker: Asker, asks: boolean, io: CliIo): Interview {
  const tell = (text: string) => note(io, text)
  return {
    asks,
    tell,
    async ask(question) {
      if (question.given !== undefined) return await takeOption(question, question.given, tell)
      return await askUntilUsable(question, asker, io, tell)
    },
  }
}

async function takeOption<Value>(
  { flag, judge }: Question<Value>,
  given: string,
  tell: (text: string) => void,
): Promise<Value> {
  const judged = given === '' ? { problem: 'is empty' } : await judge(given)
  if ('value' in judged) return judged.value
  if ('keep' in judged && judged.keep !== undefined) {
    tell(`Warning: --${flag}: ${judged.problem}`)
    return judged.keep
  }
  throw new CliError('usage', `--${flag}: ${judged.problem}\nNothing was written.`)
}

async function askUntilUsable<Value>(
  question: Question<Value>,
  asker: Asker,
  io: CliIo,
  tell: (text: string) => void,
): Promise<Value> {
  const { text, fallback, hidden = false, judge, flag } = question
  const next = async () =>
    hidden ? (await asker.askHidden(text)) || (fallback ?? '') : await asker.ask(text, fallback)
  let kept: { readonly value: Value } | undefined
  for (;;) {
    const { answer, isLast } = await answerOf(next, question, io)
    if (kept !== undefined && answer === keepWord) return kept.value
    const judged = answer === '' ? { problem: 'An answer is needed.' } : await judge(answer)
    if ('value' in judged) return judged.value
    if (isLast) throw inputEnded(text, flag, judged.problem)
    tell(judged.problem)
    kept = 'keep' in judged && judged.keep !== undefined ? { value: judged.keep } : undefined
    if (kept !== undefined) tell(`Answer again, or type ${keepWord} to go on with it as it is.`)
  }
}

/** Where a pipe has ended, a question that has a default takes it. A terminal that ends means to give up. */
async function answerOf<Value>(
  next: () => Promise<string>,
  { text, fallback, flag }: Question<Value>,
  io: CliIo,
): Promise<{ readonly answer: string; readonly isLast: boolean }> {
  try {
    return { answer: await next(), isLast: false }
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'no-terminal') throw error
    if (io.stdin.isTTY === true || fallback === undefined) throw inputEnded(text, flag)
    return { answer: fallback, isLast: true }
  }
}

function inputEnded(text: string, flag: string, problem?: string): CliError {
  const why = problem === undefined ? '' : ` ${problem}`
  return new CliError(
    'no-terminal',
    `The input ended before an answer to "${text}".${why} Answer it with --${flag}. Nothing was written.`,
  )
}
