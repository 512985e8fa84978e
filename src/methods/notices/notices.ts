import type {
  AuthenticatorStore,
  ChangedBy,
  LimitStore,
  Notices,
  PersonChange,
  ToldPerson,
  User,
} from '../../accounts/index.ts'
import type { NoticeMethod, SendResult, Texts } from '../../signin/index.ts'
import { type Clock, messageOf } from '../../support/index.ts'
import { writeAlert } from './alert.ts'
import { takeNotice } from './limits.ts'
import { type Addressee, createOutbox, type NoticeFate } from './outbox.ts'
import { waysOf } from './ways.ts'
import { type Message, type NoticeContact, writeMail, writeText } from './wording.ts'

/** What follows from the configuration in use: asked for anew for each message. */
export type NoticeSettings = {
  readonly methods: ReadonlyMap<string, NoticeMethod>
  readonly texts: Texts
  readonly contact: NoticeContact
  /** Mail addresses of those who hear of reports. */
  readonly security: readonly string[]
  /** Texts in all, in a day. */
  readonly textsPerDay: number
}

export type NoticeParts = {
  readonly clock: Clock
  readonly authenticators: Pick<AuthenticatorStore, 'list'>
  readonly limits: LimitStore
  readonly settings: () => NoticeSettings
  /** What the directory says of somebody; undefined where it cannot tell. Never rejects. */
  readonly lookUp: (userKey: string, signal: AbortSignal) => Promise<User | undefined>
  /** The language that the person has chosen, if any. */
  readonly languageOf: (userKey: string) => Promise<string | undefined>
  readonly observer: {
    onFate(fate: NoticeFate): void
    /** No way reaches this person. */
    onNoWay(userName: string): void
    onError(error: unknown): void
  }
}

/** The notices of a service: `stop` gives what is being sent a moment to end. */
export type NoticeService = Notices & { stop(): Promise<void> }

const lookUpMs = 10_000

/** Tells people what has changed about their way in, by every way that reaches them (PEOPLE R7). */
export function createNotices(parts: NoticeParts): NoticeService {
  const { authenticators, clock, limits, observer, settings } = parts
  const outbox = createOutbox({
    clock,
    maySend: (addressee, grave) =>
      takeNotice(limits, addressee, grave, {
        nowMs: clock.nowMs(),
        perDay: settings().textsPerDay,
      }),
    send: (addressee, message, signal) => send(settings(), addressee, message, signal),
    onFate: observer.onFate,
  })

  /** By mail alone, at once, and whatever the directory and the store say. */
  function alert({ key, name }: ToldPerson, change: PersonChange, by: ChangedBy): void {
    if (change.kind !== 'reported') return
    for (const to of settings().security) {
      outbox.add(
        {
          ...{ role: 'security', userKey: key, userName: name, language: undefined },
          way: { by: 'email', to },
        },
        { change, by, atMs: clock.nowMs() },
      )
    }
  }

  async function gather(person: ToldPerson, change: PersonChange, by: ChangedBy): Promise<void> {
    const atMs = clock.nowMs()
    const { methods } = settings()
    const [enrolled, known, chosen] = await Promise.all([
      authenticators.list(person.key),
      person.directory === undefined ? lookUp(person.key) : undefined,
      parts.languageOf(person.key),
    ])
    const full: ToldPerson = { ...known, ...person }
    const ways = waysOf(full, enrolled, change, {
      email: methods.has('email'),
      sms: methods.has('sms'),
    })
    if (ways.length === 0) observer.onNoWay(person.name)
    for (const way of ways) {
      const language = chosen ?? full.language
      outbox.add(
        { role: 'person', userKey: person.key, userName: person.name, language, way },
        { change, by, atMs },
      )
    }
  }

  async function lookUp(userKey: string): Promise<User | undefined> {
    const cancel = new AbortController()
    const timer = clock.after(lookUpMs, () => cancel.abort())
    const found = await parts.lookUp(userKey, cancel.signal)
    timer.cancel()
    return found
  }

  return {
    tell(person, change, by) {
      alert(person, change, by)
      gather(person, change, by).catch(observer.onError)
    },
    stop: outbox.stop,
  }
}

async function send(
  { contact, methods, texts }: NoticeSettings,
  { language, role, userName: user, way }: Addressee,
  message: Message,
  signal: AbortSignal,
): Promise<SendResult> {
  const method = methods.get(way.by)
  if (method === undefined) {
    return { kind: 'failed', detail: `no provider for ${way.by} any more`, outage: false }
  }
  const wording = { texts, language, contact }
  const written =
    role === 'security'
      ? writeAlert(wording, user, message)
      : way.by === 'email'
        ? writeMail(wording, user, message)
        : { subject: '', text: writeText(wording, message) }
  try {
    return await method.tell({ to: way.to, user, ...written }, signal)
  } catch (error) {
    return { kind: 'failed', detail: messageOf(error), outage: false }
  }
}
