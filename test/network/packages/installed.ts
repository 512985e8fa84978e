import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { totpNow } from '../../lab/totp.ts'
import type { Directory } from './directory.ts'
import type { Machine } from './machine.ts'

/** Answers every question of `holdfast init` on the command line, for a gateway that is the machine itself. */
export function initFromFlags(machine: Machine, directory: Directory): string {
  writeFileSync(join(machine.shared, 'password'), directory.password)
  writeFileSync(join(machine.shared, 'ca.pem'), directory.ca)
  return machine.run(`holdfast init --controller ${directory.ldapsUrl} --base-dn '${directory.baseDn}' \\
    --bind-dn '${directory.bindDn}' --bind-password-file /shared/password --ca-file /shared/ca.pem \\
    --region NL --gateway 127.0.0.1`)
}

/** Enrols a new app for alice, and signs in with its first code. Gives what the gateway saw. */
export function signIn(machine: Machine, directory: Directory): string {
  const enrolled = machine.run('holdfast authenticator add alice --no-qr --json')
  const [, seed = ''] = /secret=([A-Z2-7]+)/.exec(enrolled) ?? []
  return machine.run(
    'holdfast try alice --password - --gateway-secret-file /etc/holdfast/credentials/vpn-secret',
    `${directory.password},${totpNow(seed)}\n`,
  )
}

/** Rows of `holdfast check` about one area. It may fail for other areas. */
export function checkRows(machine: Machine, area: string) {
  const { output } = machine.try('holdfast check --json 2>/dev/null')
  const rows: readonly { area: string; what: string; state: string; detail: string }[] =
    JSON.parse(output)
  return rows.filter((row) => row.area === area)
}
