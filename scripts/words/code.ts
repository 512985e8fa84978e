import { passagesOfPage } from './markdown.ts'
import { maskCode, type Passage } from './sentences.ts'
import { isNode, lineOf, type Node, type Source, textOf } from './source.ts'

/** Comments that are for programs: the linter, the compiler, a bundler. */
const forPrograms = /^\s*(?:biome-ignore|@ts-|\/\s*<|@vite|#__)/

/** The comments of a TypeScript file. Comments on lines that follow each other are read as one text. */
export function passagesOfCode(source: Source): readonly Passage[] {
  const { file } = source
  const texts: { line: number; end: number; text: string }[] = []
  for (const { type, value, start } of source.comments) {
    if (forPrograms.test(value)) continue
    const line = lineOf(source, start)
    const ownLine = source.text.slice(source.text.lastIndexOf('\n', start) + 1, start).trim() === ''
    const last = texts.at(-1)
    if (type === 'Block') {
      // `@param` and `@throws` begin a text of their own, as an item of a list does.
      const text = value
        .replaceAll(/^[ \t]*\*+ ?/gm, '')
        .replaceAll(/^@/gm, '- @')
        .trimEnd()
      texts.push({ line, end: Number.NaN, text })
    } else if (ownLine && last?.end === line - 1) {
      last.text += `\n${value.replace(/^ /, '')}`
      last.end = line
    } else texts.push({ line, end: ownLine ? line : Number.NaN, text: value.trim() })
  }
  return texts.flatMap(({ line, text }) =>
    passagesOfPage(file, text).map((passage) => ({ ...passage, line: passage.line + line - 1 })),
  )
}

/** The names of the tests in a file: what `describe` and `it` are given. */
export function passagesOfTestNames(source: Source): readonly Passage[] {
  const passages: Passage[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) visit(each)
    if (!isNode(value)) return
    const name = nameOfTest(value)
    if (name !== undefined) {
      const text = name.replaceAll(/`[^`]+`/g, maskCode)
      passages.push({ file: source.file, line: lineOf(source, value.start), text })
    }
    for (const each of Object.values(value)) visit(each)
  }
  visit(source.program)
  return passages
}

/** The name in `it('…')`, `describe.skip('…')` and the like. */
function nameOfTest({ type, callee, arguments: given }: Node): string | undefined {
  if (type !== 'CallExpression' || !isNode(callee) || !Array.isArray(given)) return undefined
  const called = callee.type === 'MemberExpression' ? callee.object : callee
  if (!isNode(called) || (called.name !== 'it' && called.name !== 'describe')) return undefined
  return isNode(given[0]) ? textOf(given[0]) : undefined
}
