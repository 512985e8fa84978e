import { parseSync } from 'vite'

/** A node of the syntax tree. */
export type Node = { readonly type: string; readonly start: number } & Readonly<
  Record<string, unknown>
>

/** A TypeScript file, its syntax tree and its comments. */
export type Source = { readonly file: string; readonly text: string } & Pick<
  ReturnType<typeof parseSync>,
  'comments' | 'program'
>

/** Throws Error where the file is not TypeScript. */
export function parseSource(file: string, text: string): Source {
  const { program, comments, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  return { file, text, program, comments }
}

/** The text of a string, of a template, or of several joined with +. A place to fill in counts as one word. */
export function textOf(node: Node): string | undefined {
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

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

/** The number of the line on which a place in the file is. */
export function lineOf({ text }: Source, place: number): number {
  return text.slice(0, place).split('\n').length
}

function nodesOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : []
}
