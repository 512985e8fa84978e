import { parseSync } from 'vite'
import { maskCode, type Passage } from './sentences.ts'

type Node = { readonly type: string; readonly start: number } & Readonly<Record<string, unknown>>

/** Three words in a row, one of them in small letters: shorter strings are names, not sentences. */
const looksRead = /[a-z]+,? [a-z]+,? [a-z]+/i

/** The strings of a TypeScript file that a person may read: those with some words in a row. Pieces joined with + are one. */
export function passagesOfSource(file: string, source: string): readonly Passage[] {
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  const passages: Passage[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) visit(each)
    if (!isNode(value) || value.type === 'TaggedTemplateExpression') return
    const text = textOf(value)
    if (text === undefined) for (const each of Object.values(value)) visit(each)
    else if (looksRead.test(text)) {
      const line = source.slice(0, value.start).split('\n').length
      // A line break in a message ends what is said.
      const said = text.replaceAll(/`[^`]+`/g, maskCode).split('\n')
      passages.push(...said.map((each) => ({ file, line, text: each })))
    }
    // What stands inside of ${} may be a message as well.
    if (value.type === 'TemplateLiteral') visit(value.expressions)
  }
  visit(program)
  return passages
}

/** The text of a string, of a template, or of several joined with +. A place to fill in counts as one word. */
function textOf(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined
  if (node.type === 'TemplateLiteral') {
    return nodesOf(node.quasis)
      .map(({ value }) => (value as { readonly cooked: string }).cooked)
      .join('X')
  }
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined
  const [left, right] = [node.left, node.right].map((side) =>
    isNode(side) ? textOf(side) : undefined,
  )
  return left === undefined && right === undefined ? undefined : `${left ?? 'X'}${right ?? 'X'}`
}

function nodesOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : []
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}
