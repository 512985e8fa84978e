import fc from 'fast-check'

const surrogates = { from: 0xd800, count: 0x800 }
const lastIndex = 0x10ffff - surrogates.count

/**
 * Any text of whole characters, like `fc.string({ unit: 'binary' })`: that one first makes a table of all
 * characters, which takes a process most of a second.
 */
export function anyText(
  constraints: Omit<fc.StringConstraints, 'unit'> = {},
): fc.Arbitrary<string> {
  return fc.string({ ...constraints, unit: character })
}

const character = fc
  .nat(lastIndex)
  .map(
    (index) => String.fromCodePoint(index < surrogates.from ? index : index + surrogates.count),
    indexOf,
  )

/** Throws for what is not a single character, which is how fast-check learns that it cannot make it. */
function indexOf(text: unknown): number {
  const [only, ...more] = typeof text === 'string' ? text : []
  const code = more.length > 0 ? undefined : only?.codePointAt(0)
  const isHalf =
    code !== undefined && code >= surrogates.from && code < surrogates.from + surrogates.count
  if (code === undefined || isHalf) throw new Error('not one character')
  return code < surrogates.from ? code : code - surrogates.count
}
