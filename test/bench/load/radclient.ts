import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FreeRadius } from '../../lab/freeradius.ts'
import { cpuSeconds } from '../machine/process-cpu.ts'
import { benchSecret } from '../sides/gateway.ts'
import type { Person } from './loader.ts'

/** What the same requests come to when radclient sends them: a check of our own tool. */
export async function runRadclient({ pid, port, folder }: FreeRadius, people: readonly Person[]) {
  const file = join(folder, 'requests')
  const packets = people.map(
    ({ name, password }) =>
      `User-Name = "${name}", User-Password = "${password}", Message-Authenticator = 0x00\n`,
  )
  writeFileSync(file, packets.join('\n'))
  const child = spawn('radclient', [
    ...['-q', '-s', '-p', '128', '-r', '1', '-f', file],
    ...[`127.0.0.1:${port}`, 'auth', benchSecret],
  ])
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += text))
  const cpuBefore = cpuSeconds(pid)
  const startedAtMs = performance.now()
  await once(child, 'close')
  const seconds = (performance.now() - startedAtMs) / 1000
  const count = (name: string) => Number(new RegExp(`${name}\\s*:\\s*(\\d+)`).exec(printed)?.[1])
  return {
    accepts: count('Accepted'),
    rejects: count('Rejected'),
    lost: count('Lost'),
    perSecond: people.length / seconds,
    cpuMicros: ((cpuSeconds(pid) - cpuBefore) * 1e6) / people.length,
  }
}
