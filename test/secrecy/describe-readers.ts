import { expect } from 'chai'
import fc from 'fast-check'
import { createPlace, type ReaderPlace, readers } from './readers.ts'
import { findTrace, tracesOf } from './traces.ts'

/** Stands for the secret while a text is changed around it, so that the secret itself stays whole. */
const mark = '\uE000'

const alphabets = [
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  '0123456789abcdef',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  'abcdefghijklmnopqrstuvwxyz',
  'abcXYZ019!#$%&*@:;,.?=+-_~^|(){}[]<>',
]

/** Seeds, keys and passwords; some of them mean something in the file they are in. */
const secrets = fc
  .tuple(
    fc.constantFrom(...alphabets),
    fc.constantFrom('', '*', '&', '!', '@', '%', '#', '|', '-'),
    fc.array(fc.nat(), { minLength: 16, maxLength: 40 }),
  )
  .map(([alphabet, first, picks]) => {
    const body = picks.map((pick) => alphabet[pick % alphabet.length]).join('')
    return first + body
  })
  // One that is in the words of an error anyway could not be told from a leak.
  .filter((secret) => new Set(secret).size > 5)

const pieces = ['', ' ', '\n', '\t', '"', "'", ':', ': ', ',', ';', '{', '}', '[', ']', '#', '=']
const furtherPieces = [
  '*',
  '&',
  '!',
  '%',
  '<',
  '>',
  '</x>',
  '\\',
  '- ',
  '|',
  '>\n',
  '\0',
  'é',
  mark,
]

/** One change of the text around the secret. */
const changes = fc.record({
  at: fc.nat(),
  /** Characters that go. */
  less: fc.nat({ max: 12 }),
  more: fc.constantFrom(...pieces, ...furtherPieces),
})

function change(text: string, { at, less, more }: { at: number; less: number; more: string }) {
  const from = at % (text.length + 1)
  const gone = text.slice(from, from + less)
  // The secret stays; all else may go.
  const kept = gone.replaceAll(/[^\uE000]/g, '')
  return text.slice(0, from) + more + kept + text.slice(from + less)
}

/** Tests of every reader, with so many changed texts each. */
export function describeReaders(runs: number): void {
  describe('no error quotes a secret', function () {
    this.timeout(runs * 2_000)
    let place: ReaderPlace
    /** Node prints these on stderr. */
    let warned = ''
    const onWarning = (warning: Error) => {
      warned += `${warning.name} ${warning.message}`
    }
    before(async () => {
      process.on('warning', onWarning)
      place = await createPlace()
    })
    after(async () => {
      process.off('warning', onWarning)
      await place.close()
    })

    it('finds a secret in each of its forms, and nothing where there is none', () => {
      const secret = 'Grün-4711/hunter2'
      for (const form of tracesOf(secret)) {
        expect(findTrace(`x${form.toUpperCase()}x`, secret), form).to.not.equal(undefined)
      }
      expect(findTrace('line 3, column 5: a quote is not closed', secret)).to.equal(undefined)
    })

    for (const { name, text, read } of readers) {
      it(name, async () => {
        await fc.assert(
          fc.asyncProperty(
            secrets,
            fc.array(changes, { maxLength: 4 }),
            async (secret, changed) => {
              const around = changed.reduce(change, text(mark))
              warned = ''
              const told = await read(around.replaceAll(mark, secret), place)
              await new Promise(setImmediate)
              const output = told + warned
              const trace = findTrace(output, secret)
              if (trace !== undefined) throw new Error(`"${trace}" stands in: ${output}`)
            },
          ),
          { numRuns: runs },
        )
      })
    }
  })
}
