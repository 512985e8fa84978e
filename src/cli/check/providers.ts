import type { Config, DeliveryConfig } from '../../config/index.ts'
import type { ProviderEndpoint } from '../../operations/index.ts'
import { readText } from '../files.ts'

/** Where each provider of the configuration is reached, and what can be tried there without a message. */
export function providersOf(config: Config): readonly ProviderEndpoint[] {
  return Object.entries(config.delivery).flatMap(([name, delivery]) =>
    providerOf(name, delivery, config),
  )
}

function providerOf(
  name: string,
  delivery: DeliveryConfig,
  config: Config,
): readonly ProviderEndpoint[] {
  const { methods } = config
  const { proxy } = config.outgoing
  const through = proxy === undefined ? {} : { proxy }
  switch (delivery.type) {
    case 'demo':
      return []
    case 'twilio':
      return [
        {
          ...{ name, host: 'api.twilio.com', port: 443, tls: true, ...through },
          signIn: async () => {
            const [{ twilioAccountOf }, { checkTwilioAccount }] = await Promise.all([
              import('../../compose/generation/providers.ts'),
              import('../../delivery/index.ts'),
            ])
            return checkTwilioAccount({ ...twilioAccountOf(delivery), ...through })
          },
          inspect: async () => {
            const [{ twilioAccountOf }, { inspectTwilioAccount }] = await Promise.all([
              import('../../compose/generation/providers.ts'),
              import('../../delivery/index.ts'),
            ])
            const senders = delivery.from.map((from) =>
              typeof from === 'string' ? from : from.number,
            )
            return inspectTwilioAccount(
              { ...twilioAccountOf(delivery), ...through },
              {
                numbers: [...new Set(senders)].filter((number) => number.startsWith('+')),
                calls: methods.call?.via === name,
                texts: methods.sms?.via === name,
              },
            )
          },
        },
      ]
    case 'http': {
      const { protocol, hostname, port } = new URL(delivery.url)
      const tls = protocol === 'https:'
      const host = hostname.replace(/^\[|\]$/g, '')
      const notTried = 'sending, which would cost a message and reach a person'
      return [{ name, host, port: Number(port) || (tls ? 443 : 80), tls, notTried, ...through }]
    }
    case 'smtp': {
      const { host, port, tls, caFile } = delivery
      const ca = caFile === undefined ? {} : { ca: readText(caFile) }
      // With STARTTLS the certificate shows only after a dialogue; sending checks it.
      const notTried = tls === 'starttls' ? 'its certificate and the login' : 'the login'
      return [{ name, host, port, tls: tls === 'implicit', notTried, ...ca }]
    }
  }
}
