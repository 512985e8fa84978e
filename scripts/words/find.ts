import { mostWords, rules } from './rules.ts'
import { type Passage, sentencesOf, withoutCode } from './sentences.ts'

export type Finding = {
  readonly file: string
  readonly line: number
  readonly sentence: string
  readonly reason: string
  readonly better: string
}

/** What readers would stumble over in a passage. */
export function findingsIn(passage: Passage): readonly Finding[] {
  return sentencesOf(passage).flatMap(({ line, text, words }) => {
    const at = { file: passage.file, line, sentence: text }
    const read = withoutCode(text)
    const found = rules.flatMap(({ pattern, reason, better }): readonly Finding[] => {
      const [word] = pattern.exec(read) ?? []
      return word === undefined ? [] : [{ ...at, reason: `"${word.trim()}": ${reason}`, better }]
    })
    if (words <= mostWords) return found
    const reason = `${words} words, at most ${mostWords}`
    return [...found, { ...at, reason, better: 'make two sentences of it' }]
  })
}
