import { fill } from './say.ts'

/** The file that a person keeps recovery codes in. Windows' Notepad needs CRLF in old versions. */
export function recoveryFile(
  codes: readonly string[],
  texts: { readonly title: string; readonly how: string; readonly made: string },
  values: { readonly company: string; readonly name: string; readonly date: string },
): string {
  const lines = [
    fill(texts.title, values),
    fill(texts.made, values),
    '',
    ...codes,
    '',
    fill(texts.how, values),
  ]
  return `${lines.join('\r\n')}\r\n`
}
