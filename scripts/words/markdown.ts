import { maskCode, type Passage, unread } from './sentences.ts'

/** The passages of a page in Markdown. Blocks of code are left out. */
export function passagesOfPage(file: string, page: string): readonly Passage[] {
  const passages: { file: string; line: number; text: string }[] = []
  let open: { file: string; line: number; text: string } | undefined
  const lines = maskPage(page).split('\n')
  for (const [index, line] of lines.entries()) {
    const text = line.replace(/^\s*(?:>\s*)*(?:[-*+] |\d+\. |#+ )?/, '')
    const startsNew = /^\s*(?:[-*+] |\d+\. |#+ |\||$)/.test(line)
    if (startsNew) open = undefined
    if (text.startsWith('|')) {
      const cells = line.replaceAll('\\|', `${unread}${unread}`).split('|')
      passages.push(...cells.map((cell) => ({ file, line: index + 1, text: cell })))
    } else if (open !== undefined) open.text += `\n${text}`
    else if (text.trim() !== '') {
      open = { file, line: index + 1, text }
      passages.push(open)
      if (/^#+ /.test(line)) open = undefined
    }
  }
  return passages
}

/** The page with everything masked that is not read as English. Lines stay where they are. */
function maskPage(page: string): string {
  const blank = (part: string) => part.replaceAll(/[^\n]/g, '')
  const hide = (part: string) => part.replaceAll(/[^\n]/g, unread)
  return page
    .replaceAll(/^( *)```.*?^\1```$/gms, blank)
    .replaceAll(/(?<=^\s*\n)(?:(?: {4}|\t)[^\n]*\n)+/gm, blank)
    .replaceAll(/`[^`]+`/g, maskCode)
    .replaceAll(/\]\([^)\s]*\)/g, (part) => `]${hide(part.slice(1))}`)
    .replaceAll(/<(?!http)[^>]*>/g, hide)
}
