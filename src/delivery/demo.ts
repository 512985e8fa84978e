import { randomBytes } from 'node:crypto'
import type { Clock } from '../support/index.ts'
import type {
  CallDelivery,
  CallRequest,
  CallResult,
  DialogueStep,
  EmailDelivery,
  TextDelivery,
} from './ports.ts'

/** One thing that reached the demo phone. */
export type DemoMessage = {
  readonly id: string
  readonly kind: 'sms' | 'call' | 'email' | 'notification'
  readonly to: string
  readonly user: string
  /** Of a mail or a notification. */
  readonly subject?: string
  /** What it says; of a call, what the voice said last. */
  readonly text: string
  readonly code?: string
  /** `ringing` until the first key, then `talking`; afterwards how the call ended. */
  readonly state: 'delivered' | 'ringing' | 'talking' | CallResult['kind']
  /** ISO 8601. */
  readonly at: string
}

export type DemoAnswer =
  | { readonly kind: 'done'; readonly message: DemoMessage }
  | { readonly kind: 'unknown' }
  /** It is a message, or a call that has ended. */
  | { readonly kind: 'ended'; readonly state: DemoMessage['state'] }

/** A phone for trying things out: nothing leaves the machine, and anyone who sees it may press the keys. */
export type DemoPhone = TextDelivery &
  EmailDelivery &
  CallDelivery & {
    /** What a phone's browser would show, by way of its push service. */
    notify(shown: Pick<DemoMessage, 'to' | 'user' | 'text'> & { readonly subject: string }): void
    /** Newest first, the last 200. */
    list(): readonly DemoMessage[]
    /** Presses keys (0-9, *, #) one after the other. */
    press(id: string, keys: string): DemoAnswer
    /** The person hangs up. */
    decline(id: string): DemoAnswer
  }

const keptMessages = 200

/** A call someone may still answer. */
type OpenCall = { press(key: string): void; end(result: CallResult): void }

export function createDemoPhone(options: {
  readonly clock: Clock
  /** Where messages are also shown, line by line. */
  print(line: string): void
}): DemoPhone {
  const { clock, print } = options
  const messages = new Map<string, DemoMessage>()
  const openCalls = new Map<string, OpenCall>()

  function add(message: Omit<DemoMessage, 'id' | 'at'>): string {
    const id = randomBytes(6).toString('hex')
    messages.set(id, { id, ...message, at: new Date(clock.nowMs()).toISOString() })
    const { subject } = message
    const text = subject === undefined ? message.text : `${subject}\n\n${message.text}`
    print(`${message.kind} to ${message.to} (${message.user}): ${text}`)
    const [oldest] = messages.keys()
    if (messages.size > keptMessages && oldest !== undefined) {
      openCalls.get(oldest)?.end({ kind: 'no-answer' })
      messages.delete(oldest)
    }
    return id
  }

  function change(id: string, change: Pick<DemoMessage, 'state'> & { text?: string }): void {
    const message = messages.get(id)
    if (message !== undefined) messages.set(id, { ...message, ...change })
  }

  function place(request: CallRequest, signal: AbortSignal): Promise<CallResult> {
    const { promise, resolve } = Promise.withResolvers<CallResult>()
    const { to, user, dialogue } = request
    let step: DialogueStep = dialogue.start
    let digits = ''
    const id = add({ kind: 'call', to, user, text: step.say, state: 'ringing' })

    function end(result: CallResult): void {
      if (!openCalls.delete(id)) return
      ringing.cancel()
      deadline.cancel()
      signal.removeEventListener('abort', onAbort)
      change(id, { state: result.kind })
      print(`call to ${to} (${user}) ended: ${result.kind}`)
      resolve(result)
    }

    function press(key: string): void {
      if (step.kind === 'end') return
      ringing.cancel()
      const isComplete = step.keys === 'one' || key === '#'
      if (!isComplete) {
        digits += key
        change(id, { state: 'talking' })
        return
      }
      step = dialogue.answer(step.state, step.keys === 'one' ? key : digits)
      digits = ''
      change(id, { state: 'talking', text: step.say })
      if (step.kind === 'end') end(resultOf(step.result))
    }

    const onAbort = () => end({ kind: 'timeout' })
    const ringing = clock.after(request.ringSeconds * 1000, () => end({ kind: 'no-answer' }))
    const deadline = clock.after(Math.max(0, request.deadlineMs - clock.nowMs()), onAbort)
    signal.addEventListener('abort', onAbort, { once: true })
    openCalls.set(id, { press, end })
    request.onProviderId(id)
    if (signal.aborted) onAbort()
    else if (step.kind === 'end') end(resultOf(step.result))
    return promise
  }

  function answer(id: string, run: (call: OpenCall) => void): DemoAnswer {
    const message = messages.get(id)
    if (message === undefined) return { kind: 'unknown' }
    const call = openCalls.get(id)
    if (call === undefined) return { kind: 'ended', state: message.state }
    run(call)
    return { kind: 'done', message: messages.get(id) ?? message }
  }

  return {
    async sendText({ to, user, text, ...code }) {
      add({ kind: 'sms', to, user, text, ...code, state: 'delivered' })
      return { kind: 'sent' }
    },
    async sendEmail({ to, user, subject, text, ...code }) {
      add({ kind: 'email', to, user, subject, text, ...code, state: 'delivered' })
      return { kind: 'sent' }
    },
    place,
    async hangUp(providerId) {
      openCalls.get(providerId)?.end({ kind: 'timeout' })
    },
    notify(shown) {
      add({ kind: 'notification', ...shown, state: 'delivered' })
    },
    list: () => [...messages.values()].reverse(),
    press: (id, keys) =>
      answer(id, (call) => {
        for (const key of keys) call.press(key)
      }),
    decline: (id) => answer(id, (call) => call.end({ kind: 'refused' })),
  }
}

function resultOf(result: 'approved' | 'refused' | 'fraud' | 'told'): CallResult {
  return result === 'approved' ? { kind: 'approved', byMachine: false } : { kind: result }
}
