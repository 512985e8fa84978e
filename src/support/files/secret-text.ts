import { decodeTextBytes, saveAgain } from './text-bytes.ts'

/** What the bytes of a secret come to. Neither text quotes the secret, nor a part of it. */
export type SecretText =
  /** `remarks`: what is likely a mistake, each a sentence without its subject. */
  | { readonly kind: 'text'; readonly text: string; readonly remarks: readonly string[] }
  /** `why`: a sentence without its subject, and what to do. */
  | { readonly kind: 'unusable'; readonly why: string }

/**
 * The secret in a file: UTF-8, one line, whose line end is not part of it. What no secret can hold makes the file
 * unusable; a byte order mark is left out and named; blanks at an end and characters that no one can see are kept and
 * named. `extraLines`: whether lines after the first are left out, and named.
 */
export function readSecretBytes(
  bytes: Uint8Array,
  { extraLines = false }: { readonly extraLines?: boolean } = {},
): SecretText {
  const decoded = decodeTextBytes(bytes)
  if (decoded.kind === 'unusable') return decoded
  const { text, hasMark } = decoded
  const whole = text.replace(/\r?\n$/, '')
  const first = extraLines ? (whole.split(/\r?\n/, 1)[0] ?? '') : whole
  const judged = judgeSecretText(first)
  if (judged.kind === 'unusable') return judged
  return {
    ...judged,
    remarks: [
      ...(hasMark ? [`begins with a byte order mark (BOM), which is left out: ${saveAgain}`] : []),
      ...(first === whole ? [] : ['has more than one line, and only the first counts']),
      ...judged.remarks,
    ],
  }
}

/** The same for a secret that is text already, such as an environment variable. */
export function judgeSecretText(text: string): SecretText {
  if (text === '') return unusable('is empty')
  if (/^\s+$/.test(text)) return unusable('contains only blanks')
  if (text.includes('\0')) return unusable('contains a NUL character: remove it')
  if (text.includes('\n')) {
    return unusable('has more than one line: a secret is one line, so remove the others')
  }
  if (text.includes('\r')) {
    return unusable(
      'contains a carriage return (CR): remove it, or save the file with line ends LF',
    )
  }
  const [control] = /(?!\t)\p{Cc}/u.exec(text) ?? []
  if (control !== undefined) {
    return unusable(`contains a control character (${codePoint(control)}): remove it`)
  }
  return { kind: 'text', text, remarks: remarksOn(text) }
}

function remarksOn(text: string): readonly string[] {
  const unseen = [...new Set(text.match(/(?! )[\p{Z}\p{Cf}]/gu) ?? [])]
  return [
    ...blanksAt('begins', /^[ \t]+/.exec(text)?.[0]),
    ...blanksAt('ends', /[ \t]+$/.exec(text)?.[0]),
    ...unseen.map((each) => `contains ${unseenName(each)} (${codePoint(each)}), ${ifNotMeant}`),
  ]
}

const ifNotMeant = 'which counts as part of the secret: remove it if it is not meant'

function blanksAt(where: 'begins' | 'ends', found: string | undefined): readonly string[] {
  if (found === undefined) return []
  const what = found.includes('\t') ? 'a tab' : 'a blank'
  return [`${where} with ${what}, ${ifNotMeant}`]
}

function unseenName(character: string): string {
  if (/[\u00a0\u202f\u2007]/.test(character)) return 'a no-break space'
  return /\p{Zs}/u.test(character) ? 'an unusual space' : 'an invisible character'
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

function unusable(why: string): SecretText {
  return { kind: 'unusable', why }
}
