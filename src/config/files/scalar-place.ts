/**
 * Where in the source of a YAML scalar the character of its value at `index` is. Quotes, escapes, indentation and
 * folded lines are only in the source. The start of the value where that cannot be told, as after an escaped character.
 */
export function placeInScalar(source: string, value: string, index: number): number {
  let first: number | undefined
  let inValue = 0
  for (let inSource = 0; inSource < source.length; inSource += 1) {
    const wanted = value.charAt(inValue)
    const isSame = source.charAt(inSource) === wanted
    // A line break of the source may be a space of the value.
    if (!isSame && !(/\s/.test(wanted) && /\s/.test(source.charAt(inSource)))) continue
    first ??= inSource
    if (inValue === index) return inSource
    inValue += 1
  }
  return inValue === index && index === value.length ? source.length : (first ?? 0)
}
