import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './source.ts'

/** The unit of this repository for a program in another folder. Needs no shell and no link to start. */
export function unitFor(folder: string): string {
  const text = readFileSync(join(root, 'systemd/holdfast.service'), 'utf8')
  return replaceOnce(
    replaceOnce(text, 'file:/opt/holdfast/README.md', 'man:holdfast(1)'),
    'ExecStart=/opt/holdfast/bin/holdfast ',
    `ExecStart=${folder}/bin/node ${folder}/src/main.ts `,
  )
}

function replaceOnce(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`the unit does not say "${from}" once`)
  return text.replace(from, to)
}
