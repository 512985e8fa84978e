import { expect } from 'chai'
import { readSecretBytes } from '../../../src/support/files/secret-text.ts'

const secret = 'hunter2hunter2hunter2'
const unusable: readonly (readonly [string, Uint8Array, string])[] = [
  ['an empty file', bytes(''), 'is empty'],
  ['a line end alone', bytes('\r\n'), 'is empty'],
  ['a mark alone', bytes('\ufeff\n'), 'is empty'],
  ['blanks alone', bytes(' \t\u00a0 \n'), 'contains only blanks'],
  ['UTF-16 LE with its mark', utf16(`\ufeff${secret}\r\n`, 'le'), 'UTF-16 (little-endian)'],
  ['UTF-16 BE with its mark', utf16(`\ufeff${secret}\r\n`, 'be'), 'UTF-16 (big-endian)'],
  ['UTF-16 LE without a mark', utf16(secret, 'le'), 'UTF-16 (little-endian)'],
  ['UTF-16 BE without a mark', utf16(secret, 'be'), 'UTF-16 (big-endian)'],
  ['bytes of windows-1252', Buffer.from([...bytes(secret), 0xe9]), 'not UTF-8'],
  ['a NUL', bytes(`${secret}\0`), 'a NUL character'],
  ['two lines', bytes(`${secret}\nmore\n`), 'more than one line'],
  ['an empty line behind', bytes(`${secret}\n\n`), 'more than one line'],
  ['an empty line before', bytes(`\r\n${secret}\r\n`), 'more than one line'],
  ['a carriage return of its own', bytes(`${secret}\r`), 'a carriage return (CR)'],
  ['two carriage returns', bytes(`${secret}\r\r\n`), 'a carriage return (CR)'],
  ['another control character', bytes(`${secret}\u001b`), 'U+001B'],
]
const remarked: readonly (readonly [string, string, string, readonly string[]])[] = [
  ['nothing odd', secret, secret, []],
  ['a line end', `${secret}\n`, secret, []],
  ['a line end of Windows', `${secret}\r\n`, secret, []],
  ['a blank inside', 'two words', 'two words', []],
  ['letters beyond ASCII', 'pässwörd€', 'pässwörd€', []],
  ['a byte order mark', `\ufeff${secret}\n`, secret, ['begins with a byte order mark (BOM)']],
  ['a blank behind', `${secret} \n`, `${secret} `, ['ends with a blank']],
  ['a tab behind', `${secret}\t\n`, `${secret}\t`, ['ends with a tab']],
  ['a blank before', ` ${secret}`, ` ${secret}`, ['begins with a blank']],
  ['a no-break space', `a\u00a0${secret}`, `a\u00a0${secret}`, ['a no-break space (U+00A0)']],
  ['no width', `${secret}\u200b`, `${secret}\u200b`, ['an invisible character (U+200B)']],
  ['a wide space', `${secret}\u3000`, `${secret}\u3000`, ['an unusual space (U+3000)']],
  [
    'all of it',
    `\ufeff ${secret}\u202f\t`,
    ` ${secret}\u202f\t`,
    ['(BOM)', 'begins with a blank', 'ends with a tab', 'a no-break space (U+202F)'],
  ],
]

describe('the secret in a file', () => {
  for (const [name, content, why] of unusable) {
    it(`cannot be used with ${name}, and is not quoted`, () => {
      const found = readSecretBytes(content)
      expect(found).to.have.property('why').that.includes(why).and.not.includes('hunter2')
    })
  }

  for (const [name, content, text, remarks] of remarked) {
    it(`is read with ${name}: ${remarks.length} remarks`, () => {
      const found = readSecretBytes(bytes(content))
      if (found.kind !== 'text') throw new Error(found.why)
      expect(found.text).to.equal(text)
      expect(found.remarks).to.have.length(remarks.length)
      for (const [index, remark] of remarks.entries()) {
        expect(found.remarks[index]).to.include(remark).and.not.include('hunter2')
      }
    })
  }

  it('may be the first of several lines, which is said', () => {
    const found = readSecretBytes(bytes(`${secret}\r\n\nnotes\n`), { extraLines: true })
    expect(found).to.deep.equal({
      kind: 'text',
      text: secret,
      remarks: ['has more than one line, and only the first counts'],
    })
  })
})

function bytes(text: string): Buffer {
  return Buffer.from(text)
}

function utf16(text: string, order: 'le' | 'be'): Buffer {
  const little = Buffer.from(text, 'utf16le')
  return order === 'le' ? little : little.swap16()
}
