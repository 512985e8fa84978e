import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { OpenLdap } from '../../lab/openldap.ts'
import type { Machine } from './machine.ts'

export type Directory = Pick<OpenLdap, 'ldapsUrl' | 'ca' | 'baseDn' | 'bindDn' | 'password'> & {
  stop(): void
}

/** Starts a directory that listens on the loopback of a machine, with programs of this one. */
export async function startDirectoryIn(
  machine: Machine,
  kind: 'openldap' | 'samba' = 'openldap',
): Promise<Directory> {
  const [program, ...words] = machine.network
  const child = spawn(
    program,
    [...words, process.execPath, join(import.meta.dirname, 'directory-child.ts'), kind],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  child.unref()
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(() => {
      throw new Error('the directory did not start')
    }),
  ])
  return { ...JSON.parse(String(line)), stop: () => child.stdin.end() }
}
