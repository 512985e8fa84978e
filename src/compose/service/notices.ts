import {
  directoryOfKey,
  type LimitStore,
  maskEmail,
  maskPhone,
  type Notices,
  type PushAuthenticator,
  type ToldPerson,
} from '../../accounts/index.ts'
import type { Config } from '../../config/index.ts'
import {
  createNotices,
  type NoticeContact,
  type NoticeFate,
  type NoticeService,
} from '../../methods/index.ts'
import { explain, type LogEvent, type Logger } from '../../ops/index.ts'
import type { SignInParts } from '../../signin/index.ts'
import { dayMs } from '../../support/index.ts'
import type { Generation } from '../generation/generation.ts'
import type { Lasting } from '../lasting.ts'

/** Notices to people, each over the providers of the configuration that is in use when it goes out. */
export function createServiceNotices(
  { clock, counters, logger, opened }: Pick<Lasting, 'clock' | 'counters' | 'logger' | 'opened'>,
  generation: () => Generation,
): NoticeService {
  const { store } = opened
  return createNotices({
    clock,
    authenticators: store.authenticators,
    limits: store.limits,
    phoneNotices: store.phoneNotices,
    bell: () => generation().bell,
    settings() {
      const { config, secondFactors, texts } = generation()
      return {
        methods: secondFactors.noticeMethods,
        texts,
        contact: contactOf(config),
        security: config.onFraud.tell,
        textsPerDay: config.limits.noticeTextsPerDay,
      }
    },
    async lookUp(userKey, signal) {
      const directory = generation().directories.get(directoryOfKey(userKey))
      const found = await directory?.resolveKey(userKey, signal)
      return found?.kind === 'user' ? found.user : undefined
    },
    async managerOf(userKey, signal) {
      const directory = generation().directories.get(directoryOfKey(userKey))
      if (directory?.managerOf === undefined) return undefined
      const found = await directory.resolveKey(userKey, signal)
      return found.kind === 'user' ? directory.managerOf(found.user, signal) : undefined
    },
    languageOf: async (userKey) => (await store.personRecords.load(userKey)).language,
    observer: {
      onFate(fate) {
        counters.count('notices', fate.fate)
        const event = eventOf(fate)
        if (event !== undefined) logger.log(event)
      },
      onNoWay(user) {
        counters.count('notices', 'no-way')
        logger.log({ event: 'notice-without-way', user })
      },
      onError: (error) =>
        logger.log({ event: 'internal-error', where: 'notices', ...explain(error) }),
    },
  })
}

/** Whom to call, and where people see what is set up for them. */
function contactOf({ web }: Config): NoticeContact {
  return {
    ...(web?.helpdesk === undefined ? {} : { helpdesk: web.helpdesk }),
    ...(web?.people === undefined ? {} : { portal: web.people.publicUrl }),
  }
}

/** Logs what people report, and tells it to them and to the administrators. */
export function reportWith(
  { log }: Pick<Logger, 'log'>,
  notices: () => Notices,
): SignInParts['onReport'] {
  return (person, report) => {
    const { gateway, signInId, stopped } = report
    log({ event: 'sign-in-reported', user: person.name, gateway, signInId, stopped })
    notices().tell(person, { kind: 'reported', ...report }, 'self')
  }
}

/**
 * Tells people of a phone that shows nothing, once in thirty days: since when it does cannot tell one silence from the next, as
 * the store reads only the last notifications of a person.
 */
export function silentPhoneWith(
  {
    clock,
    logger,
    opened,
  }: Pick<Lasting, 'clock'> & {
    readonly logger: Pick<Logger, 'log'>
    readonly opened: { readonly store: { readonly limits: Pick<LimitStore, 'take'> } }
  },
  notices: () => Notices,
): SignInParts['onSilentPhone'] {
  async function tell(person: ToldPerson, phone: PushAuthenticator): Promise<void> {
    // What is counted of a person ends in their key: it goes when they are erased.
    const key = `phone-silent:${phone.id}:${person.key}`
    const once = { key, limit: 1, windowMs: 30 * dayMs }
    const taken = await opened.store.limits.take([once], clock.nowMs())
    if (taken.ok) notices().tell(person, { kind: 'phone-silent', authenticator: phone }, 'self')
  }
  return (person, phone) => {
    tell(person, phone).catch((error) => logger.log({ event: 'store-failed', ...explain(error) }))
  }
}

/** Tells the person that nothing more is asked from one place for now. */
export function pauseWith(notices: () => Notices): SignInParts['onPause'] {
  return (person, paused) => notices().tell(person, paused, 'self')
}

function eventOf({
  fate,
  role,
  way,
  userName: user,
  detail = '',
}: NoticeFate): LogEvent | undefined {
  const { by } = way
  if (role === 'security') {
    return fate === 'lost' ? { event: 'alert-lost', user, to: way.to, detail } : undefined
  }
  const to = by === 'email' ? maskEmail(way.to) : maskPhone(way.to)
  switch (fate) {
    case 'sent':
      return undefined
    case 'waits':
      return { event: 'notice-delayed', user, by, to, why: 'too-many', detail }
    case 'retried':
      return { event: 'notice-delayed', user, by, to, why: 'provider', detail }
    case 'lost':
      return { event: 'notice-lost', user, by, to, detail }
  }
}
