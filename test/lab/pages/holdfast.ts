import { fork } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stopOnExit } from '../child.ts'
import type { demoPhone } from '../demo-phone.ts'
import { type Service, startService } from '../service.ts'
import { bareConfig, type Settings } from '../service-config.ts'
import type { GatewayHost } from './host.ts'
import { merge } from './page.ts'

export const gatewaySecret = 'a-secret-of-the-gateways-page'

/**
 * Starts Holdfast in a gateway's machine, at 192.0.2.20 and ports 1812 and 1813, with these settings on top
 * of the common ones. Every credential that is named in them is `gatewaySecret`.
 */
export function startHoldfastIn(host: GatewayHost, settings: Settings): Promise<Service> {
  const credentials = join(host.folder, 'credentials')
  mkdirSync(credentials, { recursive: true })
  for (const [, name = ''] of JSON.stringify(settings).matchAll(/"credential:([a-z-]+)"/g)) {
    writeFileSync(join(credentials, name), gatewaySecret, { mode: 0o600 })
  }
  const place = { folder: host.folder, port: 1812, httpPort: 8080 }
  return startService(
    (here) => JSON.stringify(merge({ ...bareConfig(here), listen: ['192.0.2.20:1812'] }, settings)),
    place,
    { command: host.inside, environment: { CREDENTIALS_DIRECTORY: credentials } },
  )
}

type Phone = ReturnType<typeof demoPhone>

/** The demo phone of the service in a gateway's machine, which HTTP from outside does not reach. */
export type PhoneInside = Pick<Phone, 'next' | 'press' | 'calls'> & { close(): void }

export function connectPhone(host: GatewayHost): PhoneInside {
  const [program = '', ...words] = host.inside
  const child = fork(join(import.meta.dirname, 'phone-inside.ts'), {
    execPath: program,
    execArgv: [...words, process.execPath],
  })
  stopOnExit(child, () => {})
  type Waiting = { resolve(value: unknown): void; reject(error: Error): void }
  const waiting: Waiting[] = []
  child.on('message', (answer: { value?: unknown; error?: string }) => {
    const first = waiting.shift()
    if (answer.error === undefined) first?.resolve(answer.value)
    else first?.reject(new Error(answer.error))
  })
  const call = (method: string, ...args: unknown[]) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.push({ resolve, reject })
      child.send({ method, args })
    })
  return {
    next: (...args) => call('next', ...args) as ReturnType<Phone['next']>,
    press: (...args) => call('press', ...args) as ReturnType<Phone['press']>,
    calls: () => call('calls') as ReturnType<Phone['calls']>,
    close: () => child.disconnect(),
  }
}
