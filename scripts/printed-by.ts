import { PassThrough } from 'node:stream'
import { type CliIo, processIo, runCli } from '../src/cli/index.ts'

/** What `holdfast` with these words prints on a terminal of so many columns. Throws where it fails or prints nothing. */
export async function printedBy(words: readonly string[], columns: number): Promise<string> {
  const stdout = Object.assign(new PassThrough(), { columns })
  let text = ''
  stdout.setEncoding('utf8')
  stdout.on('data', (chunk) => {
    text += String(chunk)
  })
  const io: CliIo = { ...processIo(new AbortController().signal), stdout, env: {} }
  const code = await runCli(words, io)
  if (code !== 0 || text === '') throw new Error(`holdfast ${words.join(' ')} printed nothing`)
  return text
}
