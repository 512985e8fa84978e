import { withAsker } from './ask.ts'
import { CliError } from './errors.ts'
import type { CliIo } from './io.ts'

/**
 * Asks before something that cannot be undone. Throws CliError `usage` when there is no one to ask,
 * and `not-confirmed` for any answer but yes.
 */
export async function confirm(question: string, io: CliIo): Promise<void> {
  if (io.stdin.isTTY !== true) {
    throw new CliError('usage', `${question} There is no terminal to ask on: confirm with --yes.`)
  }
  const answer = await withAsker(io, (asker) => asker.ask(`${question} (yes/no)`, 'no'))
  if (!/^y(es)?$/i.test(answer)) throw new CliError('not-confirmed', 'Nothing was changed.')
}
