import type { SeedProblem } from './record.ts'

type Decoded = { readonly text: string; readonly note?: string | undefined }

const byteOrderMarks: readonly (readonly [encoding: string, bytes: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]

/** Files that are not text, by their first bytes. */
const noTexts: readonly (readonly [bytes: string, text: string])[] = [
  ['PK\x03\x04', 'this is a spreadsheet or an archive; save the list as CSV (UTF-8), or unpack it'],
  ['\xd0\xcf\x11\xe0', 'this is an older spreadsheet; save the list as CSV (UTF-8)'],
  ['\x89PNG', 'this is a picture; read its QR code with zbarimg --raw first'],
  ['\xff\xd8\xff', 'this is a picture; read its QR code with zbarimg --raw first'],
  ['-----BEGIN PGP MESSAGE', 'this file is encrypted with OpenPGP; decrypt it first'],
]

const declarable = ['utf-8', 'us-ascii', 'iso-8859-1', 'iso-8859-15', 'windows-1252']

/**
 * Reads the characters of a file of seeds as programs save them: UTF-8, UTF-16 with or without its mark, what an XML
 * declaration says, and otherwise Windows-1252, which spreadsheets in Europe and America write.
 */
export function decodeText(bytes: Uint8Array): Decoded | SeedProblem {
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1')
  const noText = noTexts.find(([first]) => start.startsWith(first))
  if (noText) return { line: 1, text: noText[1] }
  const marked = byteOrderMarks.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte))
  const encoding = marked?.[0] ?? unmarkedUtf16(bytes) ?? declaredEncoding(start)
  if (encoding !== undefined && !/^utf-(8|16[lb]e)$/.test(encoding)) {
    if (!declarable.includes(encoding)) {
      return {
        line: 1,
        text: 'the character set that the file declares is not supported; save it as UTF-8',
      }
    }
    return { text: new TextDecoder(encoding).decode(bytes) }
  }
  const text = tryDecode(bytes, encoding ?? 'utf-8')
  if (text !== undefined) return { text }
  if (encoding !== undefined) {
    return { line: 1, text: `the file is damaged: it is not ${encoding.toUpperCase()} throughout` }
  }
  return {
    text: new TextDecoder('windows-1252').decode(bytes),
    note: 'the file is not UTF-8 and was read as Windows-1252; look at names with accents',
  }
}

/** Text of these files begins with a character of ASCII, whose other byte is zero. */
function unmarkedUtf16([first, second]: Uint8Array): string | undefined {
  if (first !== 0 && second === 0) return 'utf-16le'
  return first === 0 && second !== undefined && second !== 0 ? 'utf-16be' : undefined
}

/** The declaration is ASCII here, so one that says UTF-16 was not changed when the file was saved as UTF-8. */
function declaredEncoding(start: string): string | undefined {
  const [, name] = /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.-]{1,20})["']/.exec(start) ?? []
  const encoding = name?.toLowerCase()
  return encoding?.startsWith('utf-16') ? 'utf-8' : encoding
}

function tryDecode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
