import { maskCode, type Passage } from './sentences.ts'
import { isNode, lineOf, type Source, textOf } from './source.ts'

/** Three words in a row, one of them in small letters: shorter strings are names, not sentences. */
const looksRead = /[a-z]+,? [a-z]+,? [a-z]+/i

/** The strings of a TypeScript file that a person may read: those with some words in a row. Pieces joined with + are one. */
export function passagesOfStrings(source: Source): readonly Passage[] {
  const passages: Passage[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) visit(each)
    if (!isNode(value) || value.type === 'TaggedTemplateExpression') return
    const text = textOf(value)
    if (text === undefined) for (const each of Object.values(value)) visit(each)
    else if (looksRead.test(text)) {
      const line = lineOf(source, value.start)
      // A line break in a message ends what is said.
      const said = text.replaceAll(/`[^`]+`/g, maskCode).split('\n')
      passages.push(...said.map((each) => ({ file: source.file, line, text: each })))
    }
    // What is inside of ${} may be a message as well.
    if (value.type === 'TemplateLiteral') visit(value.expressions)
  }
  visit(source.program)
  return passages
}
