import * as z from 'zod'
import type { Config } from '../../config/index.ts'
import { loadConfig } from '../../config/load.ts'
import { type Endpoint, formatEndpoint } from '../../config/schema/fields.ts'
import { otpCode, parseSeed } from '../../methods/otp.ts'
import type { Clock } from '../../support/index.ts'
import type { DemoFile } from '../demo/file.ts'
import { CliError } from '../errors.ts'
import type { PersonEvent } from './events.ts'
import { type Person, pause } from './person.ts'

/** How often the phone is looked at. */
const pollMs = 100

const messageSchema = z.object({
  id: z.string().regex(/^\w+$/),
  kind: z.enum(['call', 'sms', 'email']),
  to: z.string(),
  user: z.string(),
  code: z.string().optional(),
})
/** A notification asks for nothing that could be answered here. */
const messagesSchema = z.array(
  z.union([messageSchema, z.object({ kind: z.literal('notification') })]),
)
type Message = z.output<typeof messageSchema>

/** What the configuration of a demo tells of someone: the password, and the seed of their app. */
export type DemoSecrets = {
  readonly password: string
  readonly seed?: Uint8Array
  /** How many digits are typed on a phone that approves. */
  readonly numberDigits: number
}

/** Throws CliError `usage` where the demo has no one of this name with a password in it. */
export function readDemoSecrets(
  { config: file }: DemoFile,
  user: string,
  env: Readonly<Record<string, string | undefined>>,
): DemoSecrets {
  const config: Config = loadConfig(file, { env })
  for (const [name, directory] of Object.entries(config.directories)) {
    const found = directory.type === 'local' ? directory.users[user]?.password : undefined
    if (found === undefined) continue
    const app = config.demo?.enrolments.find(
      (each) => each.method === 'totp' && each.directory === name && each.user === user,
    )
    const seed = app?.method === 'totp' ? parseSeed(app.seed) : undefined
    const numberDigits = config.methods.push.digits
    return { password: found.reveal(), numberDigits, ...(seed === undefined ? {} : { seed }) }
  }
  throw new CliError('usage', `No user of this demo is called "${user}" and has a password.`)
}

/**
 * Someone of the demo, who answers each prompt `answerAfterMs` after it came: presses # on the demo
 * phone, types the code that was sent, or that of the app. Rejects with CliError `server-unreachable`
 * where the demo phone does not answer.
 */
export async function createDemoPerson(options: {
  readonly phone: Endpoint
  readonly user: string
  readonly secrets: DemoSecrets
  readonly answerAfterMs: number
  readonly clock: Clock
  readonly signal: AbortSignal
  onEvent(event: PersonEvent): void
}): Promise<Person> {
  const { user, secrets, answerAfterMs, clock, signal, onEvent } = options
  const messages = `http://${formatEndpoint(options.phone)}/demo/messages`
  const known = new Set((await list()).map(({ id }) => id))
  const stopped = new AbortController()
  const untilStopped = AbortSignal.any([signal, stopped.signal])
  /** To the newest prompt, until it is typed. */
  let answering: Promise<string> | undefined
  let answersAtMs: number | undefined
  let looking: Promise<void> = Promise.resolve()
  const failed = Promise.withResolvers<never>()

  async function list(): Promise<readonly Message[]> {
    const response = await askPhone(messages)
    const parsed = messagesSchema.safeParse(await response.json().catch(() => undefined))
    if (parsed.success) {
      return parsed.data.filter((message) => 'user' in message).filter((each) => each.user === user)
    }
    throw new CliError('server-unreachable', `What answers at ${messages} is not a demo phone.`)
  }

  /** One look after the other, so that each message is seen once. */
  function look(): Promise<void> {
    looking = looking.then(async () => {
      for (const message of (await list()).toReversed()) {
        if (known.has(message.id)) continue
        known.add(message.id)
        answersAtMs = clock.nowMs() + answerAfterMs
        onEvent({ kind: 'prompted', atMs: clock.nowMs(), by: message.kind, to: message.to })
        answering = answerMessage(message)
        // Nothing may wait for it: a call that holds a request is answered, and nothing follows.
        answering.catch(failed.reject)
      }
    })
    return looking
  }

  async function answerMessage({ id, kind, code = '' }: Message): Promise<string> {
    await pause(answerAfterMs, clock, untilStopped)
    if (kind !== 'call') return code
    const keys = '#'
    const response = await askPhone(`${messages}/${id}/answer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ keys }),
    })
    onEvent({ kind: 'pressed', atMs: clock.nowMs(), keys, counts: response.ok })
    return ''
  }

  async function watch(): Promise<void> {
    for (;;) {
      await look()
      await pause(pollMs, clock, untilStopped)
    }
  }

  watch().catch(failed.reject)
  failed.promise.catch(() => undefined)
  return {
    password: secrets.password,
    async answer() {
      // What the challenge is about may have arrived together with it.
      await look()
      const typed = await (answering ?? codeOfApp())
      answering = undefined
      onEvent({ kind: 'typed', atMs: clock.nowMs(), what: typed === '' ? 'Enter' : 'code' })
      return typed
    },
    answersAtMs: () => answersAtMs,
    trouble: failed.promise,
    stop: async () => stopped.abort(),
  }

  async function codeOfApp(): Promise<string> {
    answersAtMs = clock.nowMs() + answerAfterMs
    await pause(answerAfterMs, clock, untilStopped)
    const { seed } = secrets
    if (seed === undefined) return ''
    const step = Math.floor(clock.nowMs() / 30_000)
    return otpCode({ seed, algorithm: 'sha1', digits: 6 }, step)
  }
}

async function askPhone(url: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (cause) {
    throw new CliError('server-unreachable', `The demo phone does not answer at ${url}.`, { cause })
  }
}
