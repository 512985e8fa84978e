import type { PromptStore } from '../../accounts/index.ts'
import { type Config, type DeliveryConfig, webhookUrls } from '../../config/index.ts'
import type { CallDelivery, DemoPhone, EmailDelivery, TextDelivery } from '../../delivery/index.ts'
import {
  createHttpGateway,
  createSmtpDelivery,
  createTwilioDelivery,
  type TwilioAccount,
  type TwilioOptions,
  type WebhookHandler,
} from '../../delivery/index.ts'
import { readPem } from '../../files/index.ts'
import type { SignInRegistry } from '../../signin/index.ts'
import type { CallTurnStore } from '../../store/index.ts'
import type { Clock } from '../../support/index.ts'
import type { SpokenTexts } from '../../texts/index.ts'

/** What one entry under `delivery` can carry. */
export type Provider = {
  readonly texts?: TextDelivery
  readonly emails?: EmailDelivery
  readonly calls?: CallDelivery
  /** Answers the provider's webhooks. */
  readonly webhooks?: WebhookHandler
  /** Whether the provider may still have something to tell. */
  isBusy?(): boolean
}

export type ProviderParts = {
  readonly demoPhone: DemoPhone
  readonly texts: SpokenTexts
  readonly clock: Clock
  readonly registry: Pick<SignInRegistry, 'isShared' | 'findByToken'>
  readonly prompts: Pick<PromptStore, 'listOpen'>
  /** When calls start at an account that processes share. */
  readonly callTurns: CallTurnStore | undefined
  /** Another way to Twilio's API, for tests. */
  readonly twilioHttpClient?: TwilioOptions['httpClient']
}

/** The providers of the configuration by name. Each provider's package is loaded only where it is configured. */
export async function createProviders(
  config: Config,
  parts: ProviderParts,
): Promise<ReadonlyMap<string, Provider>> {
  const providers = new Map<string, Provider>()
  for (const [name, delivery] of Object.entries(config.delivery)) {
    providers.set(name, await createProvider(delivery, config, parts))
  }
  return providers
}

async function createProvider(
  delivery: DeliveryConfig,
  config: Config,
  parts: ProviderParts,
): Promise<Provider> {
  switch (delivery.type) {
    case 'demo':
      return { texts: parts.demoPhone, emails: parts.demoPhone, calls: parts.demoPhone }
    case 'twilio': {
      const twilio = await createTwilioDelivery(twilioOptions(delivery, config, parts), parts.clock)
      return { ...twilio, isBusy: twilio.calls.isBusy }
    }
    case 'http':
      return { texts: createHttpGateway({ ...delivery, ...proxyOf(config) }) }
    case 'smtp': {
      const { user, password } = delivery
      const emails = await createSmtpDelivery({
        host: delivery.host,
        port: delivery.port,
        security: delivery.tls,
        from: delivery.from,
        timeoutMs: delivery.timeoutMs,
        ...(delivery.caFile === undefined ? {} : { ca: readPem(delivery.caFile) }),
        ...(user === undefined || password === undefined ? {} : { login: { user, password } }),
      })
      return { emails }
    }
  }
}

export function proxyOf({ outgoing: { proxy } }: Config): { readonly proxy?: string } {
  return proxy === undefined ? {} : { proxy }
}

/** With what we sign in at Twilio. */
export function twilioAccountOf({
  accountSid,
  authToken,
  apiKey,
  apiSecret,
}: Extract<DeliveryConfig, { type: 'twilio' }>): TwilioAccount {
  return {
    accountSid,
    ...(authToken === undefined ? {} : { authToken }),
    ...(apiKey === undefined || apiSecret === undefined
      ? {}
      : { apiKey: { sid: apiKey, secret: apiSecret } }),
  }
}

function twilioOptions(
  delivery: Extract<DeliveryConfig, { type: 'twilio' }>,
  config: Config,
  parts: ProviderParts,
): TwilioOptions {
  const { texts, twilioHttpClient } = parts
  const { language } = config
  const [publicUrl, fallbackUrl] = webhookUrls(config)
  const senders = delivery.from.map((from) => (typeof from === 'string' ? { number: from } : from))
  return {
    ...twilioAccountOf(delivery),
    ...proxyOf(config),
    ...sharingOf(delivery, parts),
    // Webhooks are signed with the token; without it calls are looked at instead.
    ...(publicUrl !== undefined && delivery.authToken !== undefined && { publicUrl }),
    ...(fallbackUrl !== undefined && { fallbackUrl }),
    callsFrom: senders.filter(({ number }) => number.startsWith('+')),
    textsFrom: senders,
    callsPerSecond: delivery.callsPerSecond,
    machineDetection: delivery.machineDetection,
    ended: { text: texts.text('call-ended', language), language: texts.languageOf(language) },
    ...(twilioHttpClient === undefined ? {} : { httpClient: twilioHttpClient }),
  }
}

/** Calls that any process goes on with, and that no process starts too fast; nothing where there is one process. */
function sharingOf(
  { accountSid }: Extract<DeliveryConfig, { type: 'twilio' }>,
  { callTurns, prompts, registry }: ProviderParts,
): Pick<TwilioOptions, 'adopt' | 'namedCalls' | 'turns'> {
  return {
    ...(registry.isShared && {
      adopt: async (token: string) => (await registry.findByToken(token))?.prompt.id,
      namedCalls: async () =>
        (await prompts.listOpen()).flatMap(({ providerId }) => providerId ?? []),
    }),
    ...(callTurns && {
      turns: {
        take: (gapMs: number, withinMs: number) => callTurns.take(accountSid, gapMs, withinMs),
      },
    }),
  }
}
