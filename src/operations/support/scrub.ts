/** Shapes of what must not leave: addresses, mail, names of machines, DNs, paths, long numbers and tokens. */
const shapes: readonly (readonly [RegExp, string])[] = [
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)*/g, '(mail)'],
  [/\b(?:cn|ou|dc|uid|o)=[^,;\s"]+(?:,\s*(?:cn|ou|dc|uid|o)=[^,;\s"]+)*/gi, '(dn)'],
  [/\b(?:[0-9a-f]{2}[-:]){5}[0-9a-f]{2}\b/gi, '(device)'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '(address)'],
  [/(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}/gi, '(address)'],
  [/\/(?!internal\b)[\w.-]+(?:\/[\w.-]+)+/g, '(path)'],
  [/\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b/gi, '(host)'],
  [/\b(?=[\w+/-]*\d)[\w+/-]{16,}=*/g, '(token)'],
  [/\+?(?<![\d-])(?!\d{4}-\d\d-\d\d\b)\d[\d -]{4,}\d/g, '(number)'],
  [/"[^"]*"/g, '"(text)"'],
]
/** Some shapes cost the square of the length. Cut after the names, of which no half may stay. */
const longestText = 2_000
/** Shorter ones are words like any other, and would tear words apart. */
const shortest = 3

/**
 * Makes a function that takes everything out of a text that is known to be someone's, or looks as if
 * it were. `names` says what a known text is called instead.
 */
export function createScrubber(names: ReadonlyMap<string, string>): (text: string) => string {
  const known = new Map([...names].map(([text, instead]) => [text.toLowerCase(), instead]))
  // The longest first: a name may be part of another.
  const longest = [...known.keys()]
    .filter((text) => text.length >= shortest)
    .sort((left, right) => right.length - left.length)
  const pattern = new RegExp(longest.map(escapePattern).join('|') || '(?!)', 'giu')
  return (text) =>
    shapes.reduce(
      (left, [shape, instead]) => left.replace(shape, instead),
      text
        .replace(pattern, (found) => known.get(found.toLowerCase()) ?? '(text)')
        .slice(0, longestText),
    )
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/**
 * What is left of a text that others wrote, such as a provider's error, which may hold anyone's name:
 * error codes, and which protocol it was.
 */
export function codesIn(text: string): string {
  const codes = text.match(/\b(?:E[A-Z]{3,}|CERT_[A-Z_]+|HTTP|TLS|LDAP|SMTP|\d{2,5})\b/g) ?? []
  return codes.join(' ')
}
