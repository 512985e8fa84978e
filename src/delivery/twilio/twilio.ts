import type { Clock } from '../../support/index.ts'
import type { TextDelivery } from '../ports.ts'
import { connectTwilio, type TwilioOptions } from './api.ts'
import { createCallQueue } from './call-queue.ts'
import { createCallSessions } from './call-session.ts'
import { createTwilioCalls, type TwilioCalls } from './calls.ts'
import { endCall, hangUpKept } from './hang-up.ts'
import { createTwilioTexts } from './texts.ts'
import { createTwilioWebhooks, type WebhookHandler } from './webhooks.ts'

export type TwilioDelivery = {
  readonly texts: TextDelivery
  readonly calls: TwilioCalls
  /** For the webhook listener; present only where there is a `publicUrl`. */
  readonly webhooks?: WebhookHandler
}

/**
 * Texts and calls through Twilio. Loads the `twilio` package.
 *
 * @throws TwilioError when credentials are missing or do not suffice for webhooks
 */
export async function createTwilioDelivery(
  options: TwilioOptions,
  clock: Clock,
): Promise<TwilioDelivery> {
  const { library, api } = await connectTwilio(options)
  const { callsPerSecond: perSecond, namedCalls = async () => [], turns } = options
  const queue = createCallQueue({ clock, perSecond, ...(turns && { turns }) })
  const sessions = createCallSessions(async (session) => {
    const { steps } = session.request
    if (steps !== undefined) return hangUpKept(api, session, steps, namedCalls)
    const providerId = await session.providerId
    if (providerId !== undefined) await endCall(api, providerId)
  })
  const calls = createTwilioCalls({ api, library, clock, queue, sessions, options })
  const texts = createTwilioTexts(api, options)
  if (options.publicUrl === undefined) return { texts, calls }
  return { texts, calls, webhooks: createTwilioWebhooks({ library, sessions, options, clock }) }
}
