import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { createGuardrails, generateSync } from 'otplib'
import { connectAdmin } from '../../src/ops/index.ts'
import type { Service } from './service.ts'
import { wideTotp } from './totp.ts'

/** Where a service of a test lives. */
export type Place = { readonly port: number; readonly httpPort: number; readonly folder: string }

export type Settings = Readonly<Record<string, unknown>>

const common = {
  address: ['127.0.0.0/8', '::1'],
  secret: 'testing123',
  trust_nas_identifier: true,
  person_specific_device: true,
  patience: '20s',
}

/** The sealing key of all services of tests. */
export const sealingKey = Buffer.alloc(32, 7).toString('base64')

/** One gateway a flow, told apart by NAS-Identifier as in the demo. */
export function gatewayConfig(name: string, more: Settings = {}): Settings {
  return { ...common, nas_identifier: name, flow: name, ...more }
}

/** People called u0, u1, …, whose password is `pw-` and their name. */
export function numberedUsers(count: number): Settings {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`u${index}`, { password: `pw-u${index}` }]),
  )
}

/**
 * What every service of a test needs, people and gateways aside: free ports, and a store that outlives
 * the process. YAML takes JSON, so `JSON.stringify` makes a file of it.
 */
export function bareConfig({ port, httpPort, folder }: Place): Settings & {
  readonly store: { readonly sqlite: string }
} {
  return {
    insecure_demo: true,
    default_region: 'NL',
    listen: [`127.0.0.1:${port}`],
    http: { listen: `127.0.0.1:${httpPort}` },
    admin_socket: join(folder, 'admin.sock'),
    store: { sqlite: join(folder, 'store', 'holdfast.db') },
    sealing_key: sealingKey,
    methods: { totp: wideTotp },
  }
}

/** A configuration like the demo's, but with a store that outlives the process. */
export function lastingConfig(place: Place): ReturnType<typeof bareConfig> & {
  readonly directories: { readonly people: { readonly users: Settings } & Settings }
  readonly gateways: Settings
} {
  return {
    ...bareConfig(place),
    directories: {
      people: {
        type: 'local',
        users: {
          alice: { password: 'wonderland' },
          bob: { password: 'builder', phones: ['+31612345678'] },
          carol: { password: 'singer', phones: ['+31687654321'] },
          dave: { password: 'diver' },
        },
      },
    },
    gateways: {
      hold: gatewayConfig('hold'),
      append: gatewayConfig('append'),
      text: gatewayConfig('text', { flow: 'challenge', methods: ['sms'] }),
    },
    delivery: { phone: { type: 'demo' } },
    methods: { totp: wideTotp, sms: { via: 'phone' }, call: { via: 'phone' } },
  }
}

/** A seed in Base32, always the same for one name. */
export function seedOf(name: string): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bytes = createHash('sha256').update(name).digest()
  return [...bytes].map((byte) => digits[byte & 31]).join('')
}

/** The demo's seed has 10 bytes, as many apps were given. */
const guardrails = createGuardrails({ MIN_SECRET_BYTES: 10 })

/** What the app with this seed shows, some steps from now: -1 and 1 are good as well. */
export function codeOf(seed: string, steps = 0): string {
  const epoch = Math.floor(Date.now() / 1_000) + steps * 30
  return generateSync({ strategy: 'totp', secret: seed, epoch, guardrails })
}

/** Runs operations of the service over its socket, as the commands do. */
export async function administer(
  service: Pick<Service, 'folder'>,
  calls: readonly (readonly [operation: string, args: unknown])[],
): Promise<readonly unknown[]> {
  const admin = await connectAdmin(join(service.folder, 'admin.sock'))
  try {
    return await Promise.all(calls.map(([operation, args]) => admin.call(operation, args)))
  } finally {
    admin.close()
  }
}

/** The newest row of the audit, as JSON. */
export async function newestAuditRow(service: Pick<Service, 'folder'>): Promise<string> {
  const [page] = await administer(service, [['audit.search', { limit: 1 }]])
  return JSON.stringify(page)
}

/** Gives each of these people an app with the seed `seedOf(name)`. */
export async function enrolApps(
  service: Pick<Service, 'folder'>,
  names: readonly string[],
): Promise<void> {
  for (let from = 0; from < names.length; from += 30) {
    await administer(
      service,
      names
        .slice(from, from + 30)
        .map((name) => [
          'authenticator.add',
          { name, authenticator: { method: 'totp', seed: seedOf(name) } },
        ]),
    )
  }
}
