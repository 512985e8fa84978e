import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { createApp } from '../../src/compose/index.ts'
import type { AuditEntry } from '../../src/store/index.ts'
import { openGateway, type TestGateway, type TestReply } from './gateway.ts'
import { freePort } from './port.ts'
import { administer, gatewayConfig, type Settings } from './service-config.ts'
import { LoopbackClient } from './twilio-loopback.ts'
import { startTwilioStandIn, type TwilioStandIn } from './twilio-stand-in.ts'

export const accountSid = `AC${'1'.repeat(32)}`
export const authToken = '0123456789abcdef0123456789abcdef'
export const publicUrl = 'https://mfa.corp.example/holdfast'

/** A whole Holdfast in this process, which reaches Twilio at the stand-in. */
export type ProvidersApp = {
  readonly folder: string
  readonly configFile: string
  readonly gateway: TestGateway
  /** Lines of the log, parsed. */
  readonly log: readonly LogLine[]
  /** Writes another configuration; `reload` then reads it. */
  configure(change: Settings): void
  reload(): Promise<void>
  /** The last record of this person that ended, waited for until it is there. */
  lastSignIn(user: string, reason: string): Promise<AuditEntry>
  alerts(): Promise<readonly AuditEntry[]>
  enrol(name: string, authenticator: Settings): Promise<void>
  stop(): Promise<void>
}

export type LogLine = Readonly<Record<string, unknown>> & { readonly event?: string }

export type Place = { readonly folder: string; readonly port: number; readonly webhookPort: number }

const started: { stop(): Promise<void> }[] = []

/** For `after` and `afterEach`: stops what was started, the newest first, also by a test that failed. */
export async function stopAll(): Promise<void> {
  for (const part of started.splice(0).reverse()) await part.stop()
}

/** Registers what `stopAll` stops. */
export function toStop<T extends { stop(): Promise<void> }>(part: T): T {
  started.push(part)
  return part
}

export async function startStandIn(): Promise<TwilioStandIn> {
  return toStop(await startTwilioStandIn({ accountSid, authToken, publicUrl }))
}

/** A folder, which `stopAll` removes, and free ports. */
export async function newPlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-providers-'))
  toStop({ stop: async () => rmSync(folder, { recursive: true, force: true }) })
  return { folder, port: await freePort(), webhookPort: await freePort() }
}

/** A local directory: people by name, each with a number or with more. Passwords are `pw-` and the name. */
export function peopleOf(people: Readonly<Record<string, string | Settings>>): Settings {
  const users = Object.entries(people).map(([name, more]) => [
    name,
    { password: `pw-${name}`, ...(typeof more === 'string' ? { phones: [more] } : more) },
  ])
  return { directories: { people: { type: 'local', users: Object.fromEntries(users) } } }
}

/** Everything but people, which each test brings. */
export function providersConfig({ folder, port, webhookPort }: Place): Settings {
  return {
    insecure_demo: true,
    listen: [`127.0.0.1:${port}`],
    webhooks: { listen: `127.0.0.1:${webhookPort}`, public_url: publicUrl },
    admin_socket: join(folder, 'admin.sock'),
    store: { sqlite: join(folder, 'store', 'holdfast.db') },
    sealing_key: Buffer.alloc(32, 7).toString('base64'),
    log: { format: 'json' },
    stop_timeout: '1s',
    gateways: {
      hold: gatewayConfig('hold', { label: 'Office VPN' }),
      short: gatewayConfig('short', { flow: 'hold', patience: '3s' }),
      auto: gatewayConfig('auto', { patience: '3s', margin: '1400ms' }),
      blind: gatewayConfig('blind', {
        flow: 'auto',
        challenges: false,
        patience: '3s',
        margin: '1400ms',
      }),
      text: gatewayConfig('text', { flow: 'challenge', methods: ['sms'] }),
    },
    delivery: {
      twilio: {
        type: 'twilio',
        account_sid: accountSid,
        auth_token: authToken,
        from: ['+15550100', { prefix: '+31', number: '+31201111111' }],
        calls_per_second: 100,
      },
    },
    methods: { call: { via: 'twilio' }, sms: { via: 'twilio' } },
  }
}

/** Writes the configuration of this place with a change; gives its path. YAML takes JSON. */
export function writeConfig(place: Place, change: Settings): string {
  const file = join(place.folder, 'holdfast.yaml')
  writeFileSync(file, JSON.stringify({ ...providersConfig(place), ...change }))
  return file
}

/** Starts the app with this change to its configuration. `givenPlace`: that of an app before it, to go on with its store. */
export async function startApp(
  standIn: TwilioStandIn | undefined,
  change: Settings,
  givenPlace?: Place,
): Promise<ProvidersApp> {
  const place = givenPlace ?? (await newPlace())
  const { folder, port, webhookPort } = place
  const configFile = writeConfig(place, change)
  if (standIn !== undefined) standIn.deliverTo = `http://127.0.0.1:${webhookPort}`

  const log: LogLine[] = []
  const app = await createApp({
    configFile,
    env: {},
    version: '0.0.0',
    log: new Writable({
      write(chunk, _encoding, done) {
        // The lines of one turn come in one piece.
        for (const line of String(chunk).trimEnd().split('\n')) log.push(JSON.parse(line))
        done()
      },
    }),
    print: () => undefined,
    ...(standIn && { twilioHttpClient: new LoopbackClient(standIn) }),
  })
  await app.start()
  const gateway = await openGateway({ port })

  const search = async (args: Settings) => {
    const [rows] = await administer({ folder }, [['audit.search', { limit: 100, ...args }]])
    return rows as readonly AuditEntry[]
  }
  return toStop({
    folder,
    configFile,
    gateway,
    log,
    configure: (more) => void writeConfig(place, more),
    reload: app.reload,
    async lastSignIn(user, reason) {
      for (const untilMs = Date.now() + 60_000; Date.now() < untilMs; await sleep(20)) {
        const [row] = await search({ user, reason })
        if (row !== undefined) return row
      }
      throw new Error(`no sign-in of ${user} ended with ${reason}`)
    },
    alerts: async () => (await search({})).filter(({ kind }) => kind === 'alert'),
    async enrol(name, authenticator) {
      await administer({ folder }, [['authenticator.add', { name, authenticator }]])
    },
    async stop() {
      gateway.close()
      await app.stop()
    },
  })
}

/** What a reply says, without the reference after it, which is another each time. */
export function textOf(reply: TestReply | undefined): string | undefined {
  return reply?.message.replace(/ Ref \w{4}$/, '')
}

/** Resolves once the condition holds; throws when it does not within `withinMs`. */
export async function until(holds: () => boolean, withinMs = 60_000): Promise<void> {
  const untilMs = Date.now() + withinMs
  while (!holds()) {
    if (Date.now() > untilMs) throw new Error('what was waited for did not happen')
    await sleep(5)
  }
}

/** Numbers that were called, in order. */
export function calledNumbers(standIn: TwilioStandIn, ...among: readonly string[]): string[] {
  return standIn.requests
    .filter(({ name, form }) => name === 'POST Calls' && among.includes(form.To ?? ''))
    .map(({ form }) => form.To ?? '')
}
