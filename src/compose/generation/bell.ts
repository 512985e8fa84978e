import { type Config, pushContact } from '../../config/index.ts'
import { createPushDelivery, type PushDelivery, type PushResult } from '../../delivery/index.ts'
import { readPem } from '../../files/index.ts'
import { type Bell, createBell, createDemoBell } from '../../methods/index.ts'
import { explain, type Logger } from '../../ops/index.ts'
import { parsePrefix } from '../../support/index.ts'
import type { SpokenTexts } from '../../texts/index.ts'
import type { Lasting } from '../lasting.ts'
import { proxyOf } from './providers.ts'

/** How phones are told that a sign-in waits. */
export type PhoneBell = { readonly push: PushDelivery; readonly bell: Bell }

type BellWiring = Pick<Lasting, 'clock' | 'opened' | 'registry'> & {
  readonly logger: Pick<Logger, 'log'>
}

/** An alert each hour and service is enough: the key is wrong for all phones or for none. */
const alertEveryMs = 3_600_000

/** Undefined where phones get no notifications: there is no portal, they are off, or push services could not reach us. */
export function createPhoneBell(
  config: Config,
  { clock, logger, opened, registry }: BellWiring,
  texts: SpokenTexts,
): PhoneBell | undefined {
  const { people } = config.web ?? {}
  const contact = pushContact(config)
  if (people === undefined || contact === undefined) return undefined
  const { store } = opened
  const push = createPushDelivery(
    { key: store.pushKey, contact, services: servicesOf(config), ...proxyOf(config) },
    clock,
  )
  const alertedAtMs = new Map<string, number>()

  function onResult({ answer, kind, service }: PushResult, userKey: string): void {
    if (kind === 'accepted' || kind === 'gone') return
    logger.log({ event: 'push-failed', service, answer })
    const atMs = clock.nowMs()
    const isNew = atMs - (alertedAtMs.get(service) ?? 0) >= alertEveryMs
    if (kind !== 'refused' || !isNew) return
    alertedAtMs.set(service, atMs)
    store.audit
      .alert({ atMs, kind: 'push-refused', userKey, detail: { service, answer } })
      .catch(onError)
  }

  function onError(error: unknown): void {
    logger.log({ event: 'internal-error', where: 'notification', ...explain(error) })
  }

  const bell = createBell({
    ...{ push, texts, clock, onResult, onError },
    async onAccepted(rung) {
      if (config.privacy.receipts === 'on') await store.receipts.note(rung, 'rang', clock.nowMs())
    },
    authenticators: store.authenticators,
    bells: store.bells,
    page: `${people.publicUrl}/phone`,
    isOpen: async (userKey, promptId) => (await registry.promptOnPage(userKey))?.id === promptId,
  })
  return { push, bell }
}

/** Where no push service is asked, the demo phone shows what it would tell. Undefined outside the demo. */
export function createBellOfDemo(
  { insecureDemo }: Config,
  { demoPhone, logger, opened }: Pick<Lasting, 'demoPhone' | 'opened'> & Pick<BellWiring, 'logger'>,
  texts: SpokenTexts,
): Bell | undefined {
  if (!insecureDemo) return undefined
  const onError = (error: unknown) =>
    logger.log({ event: 'internal-error', where: 'notification', ...explain(error) })
  const { authenticators } = opened.store
  return createDemoBell({ authenticators, demoPhone, texts, onError })
}

function servicesOf({ methods }: Config) {
  return methods.push.services.map((service) => ({
    ...{ host: service.host, port: service.port },
    addresses: service.addresses.map(prefixOf),
    ...('caFile' in service && service.caFile !== undefined
      ? { ca: [readPem(service.caFile)] }
      : {}),
  }))
}

/** The schema has read it before. */
function prefixOf(text: string) {
  const prefix = parsePrefix(text)
  if (prefix === undefined) throw new Error(`no prefix: ${text}`)
  return prefix
}
