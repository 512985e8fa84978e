import { fork } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashPassword } from '../../../src/directory/index.ts'
import { Secret } from '../../../src/support/index.ts'
import { stopOnExit } from '../child.ts'
import { holdfast } from '../cli.ts'
import { accountSid, authToken, publicUrl } from '../providers-lab.ts'
import type { Settings } from '../service-config.ts'
import { wideTotp } from '../totp.ts'
import type { GatewayHost } from './host.ts'
import { merge } from './page.ts'

/** What is after every credential that the page's YAML names. */
export const gatewaySecret = 'a-secret-of-the-gateways-page'

export type Question = { readonly id: number; readonly number: string } & (
  | { readonly ask: 'phone' | 'press' | 'count' }
  | { readonly ask: 'ring'; readonly times: number }
)

/** Holdfast in a gateway's machine. It ends with the machine. */
export type HoldfastInside = {
  readonly folder: string
  /** Everything it has printed. */
  output(): string
  /** Waits until this number has been asked for a key in so many calls. */
  rings(number: string, times?: number): Promise<void>
  /** Presses # in the call that is open, or is the first to come. */
  press(number: string): Promise<void>
  /** How many calls have asked this number. */
  calls(number: string): Promise<number>
}

/** Local people, by name. */
export type People = Readonly<Record<string, Settings & { readonly password: string }>>

/**
 * Starts Holdfast in a gateway's machine, at port 1812 of 192.0.2.20, as in production: only its Twilio is
 * a stand-in. `settings` are what the page says, and what the test adds.
 */
export async function startHoldfastIn(
  host: GatewayHost,
  people: People,
  settings: Settings,
): Promise<HoldfastInside> {
  const { folder } = host
  const [program = '', ...words] = host.inside
  const configFile = join(folder, 'holdfast.yaml')
  const config = merge(await commonSettings(folder, people), settings)
  writeFileSync(configFile, JSON.stringify(config))
  const credentials = { CREDENTIALS_DIRECTORY: writeCredentials(folder, config) }
  const made = await holdfast(['store', 'create', '--yes', '--config', configFile], credentials)
  if (made.code !== 0) throw new Error(`no store:\n${made.stdout}${made.stderr}`)
  const child = fork(
    join(import.meta.dirname, 'holdfast-inside.ts'),
    [configFile, 'http://127.0.0.1:8081'],
    {
      execPath: program,
      execArgv: [...words, process.execPath],
      env: { ...process.env, ...credentials },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  )
  stopOnExit(child, () => {})
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text))
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', () => output.includes('started') && resolve())
    child.once('exit', () => reject(new Error(`Holdfast ended:\n${output}`)))
  })

  let last = 0
  const waiting = new Map<number, PromiseWithResolvers<number>>()
  child.on('message', ({ id, value, error }: { id: number; value?: number; error?: string }) => {
    if (value === undefined) waiting.get(id)?.reject(new Error(`${error}:\n${output}`))
    else waiting.get(id)?.resolve(value)
  })
  const ask = (question: Partial<Question>) => {
    const answer = Promise.withResolvers<number>()
    waiting.set(++last, answer)
    child.send({ ...question, id: last })
    return answer.promise
  }
  for (const { phones = [] } of Object.values(people)) {
    for (const number of phones as readonly string[]) await ask({ ask: 'phone', number })
  }
  return {
    folder,
    output: () => output,
    rings: async (number, times = 1) => void (await ask({ ask: 'ring', number, times })),
    press: async (number) => void (await ask({ ask: 'press', number })),
    calls: (number) => ask({ ask: 'count', number }),
  }
}

async function commonSettings(folder: string, people: People): Promise<Settings> {
  const users = await Promise.all(
    Object.entries(people).map(async ([name, { password, ...more }]) => [
      name,
      { ...more, password_hash: await hashPassword(new Secret(password)) },
    ]),
  )
  return {
    default_region: 'NL',
    listen: ['192.0.2.20:1812'],
    webhooks: { listen: '127.0.0.1:8081', public_url: publicUrl },
    admin_socket: join(folder, 'admin.sock'),
    store: { sqlite: join(folder, 'store', 'holdfast.db') },
    sealing_key: 'credential:sealing-key',
    directories: { people: { type: 'local', users: Object.fromEntries(users) } },
    delivery: {
      twilio: {
        type: 'twilio',
        account_sid: accountSid,
        auth_token: 'credential:twilio-token',
        from: '+15550100',
        calls_per_second: 100,
      },
    },
    methods: { totp: wideTotp, call: { via: 'twilio' }, sms: { via: 'twilio' } },
  }
}

/** One file for each credential of the configuration. */
function writeCredentials(folder: string, config: Settings): string {
  const known: Readonly<Record<string, string>> = {
    'sealing-key': Buffer.alloc(32, 7).toString('base64'),
    'twilio-token': authToken,
  }
  const credentials = join(folder, 'credentials')
  mkdirSync(credentials)
  for (const [, name = ''] of JSON.stringify(config).matchAll(/"credential:([a-z-]+)"/g)) {
    writeFileSync(join(credentials, name), known[name] ?? gatewaySecret, { mode: 0o600 })
  }
  return credentials
}
