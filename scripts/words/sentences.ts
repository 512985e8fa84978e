/** A piece of text that a person reads as a whole: a paragraph, a list item, a table cell, a message. */
export type Passage = {
  readonly file: string
  /** The line in the file on which the text begins. */
  readonly line: number
  /** Code and addresses are masked: see `mask`. Newlines are those of the file. */
  readonly text: string
}

export type Sentence = { readonly line: number; readonly text: string; readonly words: number }

/** Stands for characters that are not read: the address of a link, a tag. It counts as nothing. */
export const unread = '\u0000'

/**
 * Where a sentence ends. Colons and semicolons end one too: what is on each side of them is a thought of its own, and a
 * reader may rest there. A full stop ends a sentence only before a capital, a digit or an opening mark, so that `e.g.`
 * and `example.com` do not.
 */
const end = /[.!?]["”’)\]*]*(?=\s+["“‘([*`]*[\p{Lu}\d`])|[:;](?=\s)/gu

export function sentencesOf({ line, text }: Passage): readonly Sentence[] {
  const ends = [...text.matchAll(end)].map(({ index, 0: mark }) => index + mark.length)
  const starts = [0, ...ends]
  return starts.flatMap((start, index) => {
    const piece = text.slice(start, starts[index + 1])
    const before = text.slice(0, start + piece.length - piece.trimStart().length)
    const read = piece.replaceAll(unread, '').replaceAll(/\s+/g, ' ').trim()
    if (read === '') return []
    return [{ line: line + before.split('\n').length - 1, text: read, words: countWords(read) }]
  })
}

/**
 * Words as a person counts them: dashes, arrows and dots are not words. A list of links has none: it is looked through,
 * not read.
 */
export function countWords(text: string): number {
  if (/^(?:\[[^\]]*\](?:, )?)+\.?$/.test(text)) return 0
  return text.split(' ').filter((word) => /[\p{L}\d]/u.test(word)).length
}

/** Joins the words of a piece of code, so that it counts as one word and ends no sentence. */
export function maskCode(code: string): string {
  return code.replaceAll(/[\s.:;!?]/g, '_')
}

export function withoutCode(text: string): string {
  return text.replaceAll(/`[^`]*`/g, '`x`')
}
