import { spawnSync } from 'node:child_process'
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
export function signIn(
  machine: Pick<Machine, 'run'>,
  directory: Pick<Directory, 'password'>,
): string {
  const enrolled = machine.run('holdfast authenticator add alice --no-qr --json')
  const [, seed = ''] = /secret=([A-Z2-7]+)/.exec(enrolled) ?? []
  return machine.run(
    'holdfast try alice --password - --gateway-secret-file /etc/holdfast/credentials/vpn-secret',
    `${directory.password},${totpNow(seed)}\n`,
  )
}

/** Sends one Access-Request of a gateway in the machine, and gives what radclient shows of it and of the answer. */
export function askAsGateway(machine: Machine, attributes: string): string {
  const secret = machine.run('cat /etc/holdfast/credentials/vpn-secret').trim()
  const [program, ...words] = machine.network
  const { stdout } = spawnSync(
    program,
    [...words, 'radclient', '-x', '-t', '20', '-r', '1', '127.0.0.1:1812', 'auth', secret],
    { input: `${attributes}, Message-Authenticator = 0x00\n`, encoding: 'utf8' },
  )
  return stdout
}

/** Rows of `holdfast check` about one area. It may fail for other areas. */
export function checkRows(machine: Machine, area: string) {
  const { output } = machine.try('holdfast check --json 2>/dev/null')
  const rows: readonly { area: string; what: string; state: string; detail: string }[] =
    JSON.parse(output)
  return rows.filter((row) => row.area === area)
}

/** What the journal says of a restart, in this order. */
const restartSteps = [
  ...['service-stopping', 'service-stopped', 'Deactivated', 'Starting', 'service-ready'],
  'Started',
]

/** When the steps of the last restart were, in milliseconds after the first: the service is away until it is ready. */
export function lastRestart(machine: Machine): Readonly<Record<string, number>> {
  const lines = machine
    .run('journalctl --unit holdfast --output short-unix --no-pager | tail -300')
    .split('\n')
  const begins = lines.findLastIndex((line) => line.includes(restartSteps[0] ?? ''))
  const secondsOf = (line = '') => Number.parseFloat(line)
  const steps = restartSteps.flatMap((step) => {
    const line = lines.slice(begins).find((each) => each.includes(step))
    if (line === undefined) return []
    return [[step, Math.round((secondsOf(line) - secondsOf(lines[begins])) * 1_000)] as const]
  })
  return Object.fromEntries(steps)
}
