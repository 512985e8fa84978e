import { HoldfastError } from '../../support/index.ts'
import { withAsker } from '../ask.ts'
import { type CliIo, note } from '../io.ts'

/**
 * Asks for codes until one is right, and gives what `enrol` gives for it. A wrong one asks again. Rejects when the
 * person gives up or the input ends; then nothing is enrolled.
 */
export async function askFirstCode<Result>(
  io: CliIo,
  enrol: (code: string) => Promise<Result>,
): Promise<Result> {
  return await withAsker(io, async (asker) => {
    for (;;) {
      let code: string
      try {
        code = (await asker.ask('Code that the app shows now')).replace(/\s/g, '')
      } catch (error) {
        note(io, 'Nothing was enrolled.')
        throw error
      }
      if (!/^(\d{6}|\d{8})$/.test(code)) note(io, 'A code has 6 or 8 digits.')
      else {
        try {
          return await enrol(code)
        } catch (error) {
          const isWrong = error instanceof HoldfastError && error.code === 'codes-do-not-fit'
          if (!isWrong) throw error
          note(io, error.message)
        }
      }
    }
  })
}
