import { maskCode, type Passage } from './sentences.ts'

/** The comments of a YAML file or of a unit of systemd. Lines that follow each other are one passage. */
export function passagesOfComments(file: string, text: string): readonly Passage[] {
  const passages: { file: string; line: number; text: string }[] = []
  let open: { file: string; line: number; text: string } | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const comment = /(?:^|\s)#+ (.*)$/.exec(line)?.[1]?.replaceAll(/`[^`]+`/g, maskCode)
    if (comment === undefined) open = undefined
    else if (open !== undefined) open.text += `\n${comment}`
    else {
      open = { file, line: index + 1, text: comment }
      passages.push(open)
    }
  }
  return passages
}
