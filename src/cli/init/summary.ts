import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { InitAnswers } from './answers.ts'
import type { FileToWrite } from './first-configuration.ts'

/** What is about to be written, without the secrets. */
export function describePlan(
  answers: InitAnswers,
  files: readonly FileToWrite[],
  folder: string,
): readonly string[] {
  const { servers, ca, bindDn, baseDn, region, gateway, preset, patience, listen } = answers
  const rows = [
    [
      'directory',
      `${servers.join(', ')}${ca === undefined ? '' : ', with the certificate you trust'}`,
    ],
    ['account', bindDn],
    ['people', baseDn],
    ['country', region],
    ['gateway', `${answers.gatewayName}: ${gateway.join(', ')}`],
    ['kind', `${preset ?? 'other'}, waits ${patience ?? 'as long as is learnt'}`],
    ['listens on', listen.join(', ') || 'UDP port 1812 of all addresses'],
    ['store', answers.store],
  ]
  return [
    '',
    ...rows.map(([name = '', value]) => `  ${name.padEnd(11)} ${value}`),
    '',
    'This will be written:',
    ...files.map((file) => {
      const path = join(folder, file.name)
      const isKept = file.whenPresent === 'keep' && existsSync(path)
      return `  ${path}  mode ${file.mode.toString(8).padStart(4, '0')}${isKept ? '  (is kept as it is)' : ''}`
    }),
  ]
}
