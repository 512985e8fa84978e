import { randomInt } from 'node:crypto'
import type { OperationArgs, OperationName, OperationResult } from '../../operations/index.ts'
import type { Clock } from '../../support/index.ts'
import type { DemoFile } from '../demo/file.ts'
import type { CliIo } from '../io.ts'
import { withService } from '../service/session.ts'
import type { DemoSecrets } from './demo-person.ts'
import type { PersonEvent } from './events.ts'
import { type Person, pause } from './person.ts'

const placeOf = { push: 'the phone', passkey: 'the page' } as const

/** How often the device asks what waits for it. */
const pollMs = 100

/**
 * A person of the demo with a phone that approves, or a passkey. The demo plays both: it answers `answerAfterMs` after it
 * was asked. Where the gateway shows no text, the person types digits of their own after the password. Rejects with
 * AdminError `demo-only` where the demo has no portal.
 */
export async function createDevicePerson(options: {
  readonly method: 'push' | 'passkey'
  readonly user: string
  readonly secrets: DemoSecrets
  /** Whether the gateway shows the number. */
  readonly showsText: boolean
  readonly answerAfterMs: number
  readonly demo: DemoFile
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly io: CliIo
  onEvent(event: PersonEvent): void
}): Promise<Person> {
  const { answerAfterMs, clock, demo, io, method, onEvent, secrets, showsText, signal, user } =
    options
  const { numberDigits, password } = secrets
  const ask = <Name extends OperationName>(name: Name, args: OperationArgs<Name>) =>
    withService(
      { socket: demo.socket },
      io,
      (session): Promise<OperationResult<Name>> => session.call(name, args),
    )
  const { id } = await ask('simulation.enrol', { user, method })
  const own =
    method === 'push' && !showsText
      ? String(randomInt(10 ** numberDigits)).padStart(numberDigits, '0')
      : undefined
  const stopped = new AbortController()
  const untilStopped = AbortSignal.any([signal, stopped.signal])
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => undefined)
  /** What the gateway has shown last. */
  let shown = ''
  let known: string | undefined
  let answersAtMs: number | undefined
  /** The answer to the newest prompt. */
  let answering: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    const { prompt } = await ask('simulation.look', { user, id })
    if (prompt === undefined || prompt === known) return
    known = prompt
    answersAtMs = clock.nowMs() + answerAfterMs
    onEvent({ kind: 'prompted', atMs: clock.nowMs(), by: method, to: placeOf[method] })
    answering = approve(prompt)
    answering.catch(failed.reject)
  }

  async function approve(prompt: string): Promise<void> {
    await pause(answerAfterMs, clock, untilStopped)
    const number = method === 'push' ? (own ?? numberIn(shown, numberDigits)) : ''
    const { answered } = await ask('simulation.approve', { user, id, prompt, number })
    const keys = method === 'push' ? number : 'a signature'
    onEvent({ kind: 'pressed', atMs: clock.nowMs(), keys, counts: answered === 'approved' })
  }

  async function watch(): Promise<void> {
    for (;;) {
      await look()
      await pause(pollMs, clock, untilStopped)
    }
  }

  watch().catch(failed.reject)
  return {
    password: own === undefined ? password : `${password},${own}`,
    async answer({ text }) {
      shown = text
      // What the challenge is about may have arrived together with it.
      await look()
      await answering
      // A menu that does not ask for the device yet takes the word for it.
      const typed = known === undefined ? method : ''
      onEvent({ kind: 'typed', atMs: clock.nowMs(), what: typed === '' ? 'Enter' : 'word' })
      return typed
    },
    answersAtMs: () => answersAtMs,
    trouble: failed.promise,
    async stop() {
      stopped.abort()
      await ask('simulation.leave', { user, id })
    },
  }
}

/** The number that the gateway shows, whatever else its text says. */
function numberIn(text: string, digits: number): string {
  return new RegExp(`(?<!\\d)\\d{${digits}}(?!\\d)`).exec(text)?.[0] ?? ''
}
