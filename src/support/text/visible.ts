/**
 * Characters that cannot be seen, or that change how the text around them looks: controls, format characters (zero
 * width, direction, tags), and ignorable ones such as Hangul fillers and variation selectors; line separators, every
 * blank but the ordinary one, and the blank Braille pattern; halves of surrogate pairs; private and unassigned code
 * points, whose look is unknown.
 */
const invisible = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu

/** Most texts have nothing else, and this is found out several times faster. */
const plain = /^[\x20-\x7e]*$/

/**
 * A text from outside as people may read it: what they could not see is written as `\u200b`, beyond the first 65,536
 * code points as `\u{e0041}`. Two names that differ never look the same because a character cannot be seen.
 */
export function visible(text: string): string {
  if (plain.test(text)) return text
  return text.replace(invisible, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code > 0xffff ? `\\u{${code.toString(16)}}` : escapeUnit(character, 0)
  })
}

/** The same for the text of a JSON value, which still means what it meant. Line ends between its parts stay. */
export function visibleJson(json: string): string {
  if (plain.test(json)) return json
  return json.replace(invisible, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, at) => escapeUnit(character, at)).join(''),
  )
}

function escapeUnit(character: string, at: number): string {
  return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`
}
