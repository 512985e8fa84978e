import {
  createTwilioDelivery,
  type TwilioDelivery,
  type TwilioOptions,
} from '../../src/delivery/index.ts'
import { createCallMethod } from '../../src/methods/index.ts'
import type { PromptRequest, TextKey } from '../../src/signin/index.ts'
import { type Clock, Secret, systemClock } from '../../src/support/index.ts'
import { createTexts } from '../../src/texts/index.ts'
import { createHttpServer, twilioWebhookPlugin } from '../../src/web/index.ts'
import { LoopbackClient } from '../lab/twilio-loopback.ts'
import { startTwilioStandIn } from '../lab/twilio-stand-in.ts'
import { promptBy, promptRequest } from '../methods/prompt-request.ts'

export const accountSid = `AC${'1'.repeat(32)}`
export const authToken = '0123456789abcdef0123456789abcdef'
export const publicUrl = 'https://mfa.corp.example/holdfast'
export const texts = createTexts({ defaultLanguage: 'en' })
export const endedText = texts.text('call-ended', 'en')

const started: { stop(): Promise<void> }[] = []

/** For `afterEach`: stops what a test started, also one that failed. */
export async function stopAll(): Promise<void> {
  await Promise.all(started.splice(0).map((part) => part.stop()))
}

export type TwilioLab = Awaited<ReturnType<typeof startTwilioLab>>

/** The stand-in, our delivery talking to it, and our webhook listener it talks to. */
export async function startTwilioLab(
  change: Partial<TwilioOptions> = {},
  other: { readonly apiAddress?: string; readonly clock?: Clock } = {},
) {
  const standIn = await startTwilioStandIn({
    accountSid,
    authToken,
    publicUrl,
    ...(change.apiKey === undefined
      ? {}
      : { apiUser: { name: change.apiKey.sid, password: change.apiKey.secret.reveal() } }),
  })
  const { publicUrl: changedUrl, ...others } = { publicUrl, ...change }
  const options: TwilioOptions = {
    accountSid,
    authToken: new Secret(authToken),
    ...(changedUrl === '' ? {} : { publicUrl: changedUrl }),
    callsFrom: [{ number: '+15550100' }, { prefix: '+31', number: '+31201111111' }],
    textsFrom: [{ number: 'HOLDFAST' }, { prefix: '+1', number: '+15550100' }],
    callsPerSecond: 1000,
    machineDetection: true,
    ended: { text: endedText, language: 'en' },
    httpClient: new LoopbackClient({
      ...standIn,
      ...(other.apiAddress && { address: other.apiAddress }),
    }),
    ...others,
  }
  const delivery = await createTwilioDelivery(options, other.clock ?? systemClock)
  const listener = await createHttpServer({
    listen: { host: '127.0.0.1', port: 0 },
    publicUrl,
    plugins: delivery.webhooks ? [twilioWebhookPlugin(delivery.webhooks, ['/holdfast'])] : [],
  })
  const { port } = await listener.start()
  standIn.deliverTo = `http://127.0.0.1:${port}`

  started.push(listener, standIn)

  return {
    standIn,
    delivery,
    options,
    address: standIn.deliverTo,
    /** Prompts Alice; resolves with how it ended. */
    prompt: (prompted: Prompted = {}) => promptWith(delivery, prompted, other.clock ?? systemClock),
  }
}

export type Prompted = {
  readonly change?: Partial<PromptRequest>
  readonly signal?: AbortSignal
  readonly closing?: TextKey
  onProviderId?(id: string): void
}

function promptWith(
  delivery: TwilioDelivery,
  { change, signal, closing, onProviderId }: Prompted,
  clock: Clock,
) {
  const method = createCallMethod({ calls: delivery.calls, texts, clock, backup: true })
  return promptBy(
    method,
    promptRequest(clock.nowMs(), change),
    {
      onProviderId: onProviderId ?? (() => undefined),
      closingText: () => closing ?? 'call-approved',
    },
    signal,
  )
}

/** Resolves once the condition holds. Where it never does, mocha names the test that ran out of time. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}
