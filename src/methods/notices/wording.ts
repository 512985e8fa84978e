import {
  type Authenticator,
  type ChangedBy,
  maskEmail,
  maskPhone,
  minorChanges,
  type PersonChange,
} from '../../accounts/index.ts'
import type { PortalTextKey, Texts } from '../../signin/index.ts'

/** What notices name beside the change. */
export type NoticeContact = {
  /** Whom to call, such as a number; absent: "your helpdesk". */
  readonly helpdesk?: string
  /** Address of the portal; absent where there is none. */
  readonly portal?: string
}

/** One change as its notice tells it. */
export type Told = {
  readonly change: PersonChange
  readonly by: ChangedBy
  readonly atMs: number
}

/** What one message tells: the changes that it names, in their order, and how many it does not. */
export type Message = { readonly told: readonly Told[]; readonly unnamed: number }

export type Wording = {
  readonly texts: Texts
  /** BCP 47 tag. */
  readonly language: string | undefined
  readonly contact: NoticeContact
}

/** A mail: what has changed, when, by whom, and whom to call. */
export function writeMail(wording: Wording, user: string, { told, unnamed }: Message) {
  const say = sayIn(wording)
  const changes = told.flatMap(({ change, atMs, by }) => [
    sentence(wording, change),
    say('notice-when', { when: momentIn(wording.language, atMs) }),
    ...(by === 'self' ? [] : [say('notice-by-helpdesk')]),
    '',
  ])
  const { portal } = wording.contact
  const lines = [
    say('notice-hello', { user }),
    '',
    ...changes,
    ...(unnamed === 0 ? [] : [say('notice-more', { count: String(unnamed) }), '']),
    notYou(wording, told),
    ...(portal === undefined ? [] : ['', say('notice-portal', { portal })]),
  ]
  return { subject: say('notice-subject'), text: lines.join('\n') }
}

/** A text message: the latest change of weight, how many others there were, and whom to call. */
export function writeText(wording: Wording, { told, unnamed }: Message): string {
  const { portal } = wording.contact
  const named = told.findLast(({ change }) => isGrave(change)) ?? told.at(-1)
  const others = unnamed + told.length - 1
  return [
    ...(named === undefined ? [] : [sentence(wording, named.change)]),
    ...(others < 1 ? [] : [sayIn(wording)('notice-more', { count: String(others) })]),
    notYou(wording, told),
    ...(portal === undefined ? [] : [portal]),
  ].join(' ')
}

/** What the page of a phone says of one change; the page says when it was. */
export function writeForPhone(wording: Wording, { by, change }: Told): string {
  const said = sentence(wording, change)
  return by === 'self' ? said : `${said} ${sayIn(wording)('notice-by-helpdesk')}`
}

/**
 * Whether it can let someone in, or shut the owner out. The others have limits of their own, so that they hide none of
 * these.
 */
export function isGrave({ kind }: PersonChange): boolean {
  return !minorChanges.includes(kind)
}

function notYou(wording: Wording, told: readonly Told[]): string {
  const say = sayIn(wording)
  const helpdesk = wording.contact.helpdesk ?? say('notice-helpdesk')
  const isOwn = told.every(({ by }) => by === 'self')
  return say(isOwn ? 'notice-not-you' : 'notice-not-asked', { helpdesk })
}

/**
 * What has changed. What people call their things is left out: the user who makes the change chooses that name, and
 * could put words into our mouth.
 */
function sentence(wording: Wording, change: PersonChange): string {
  const say = sayIn(wording)
  const of = (authenticator: Authenticator) => ({ what: whatItIs(wording, authenticator) })
  switch (change.kind) {
    case 'authenticator-added':
      return say('notice-added', of(change.authenticator))
    case 'authenticator-removed':
      return say('notice-removed', of(change.authenticator))
    case 'authenticator-renamed':
      return say('notice-renamed', of(change.authenticator))
    case 'phone-changed':
      return say('notice-phone-changed', of(change.authenticator))
    case 'default-changed':
      return say('notice-default-changed')
    case 'password-changed':
      return say('notice-password-changed')
    case 'helpdesk-code-made':
      return say('notice-code-made', { until: momentIn(wording.language, change.untilMs) })
    case 'unlocked':
      return say('notice-unlocked')
    case 'blocked':
      return say('notice-blocked')
    case 'bypass-given':
      return say('notice-bypass-given', { until: momentIn(wording.language, change.untilMs) })
    case 'bypass-ended':
      return say('notice-bypass-ended')
    case 'reset':
      return say('notice-reset')
    case 'recovery-code-used':
      return say('notice-recovery-code-used')
    case 'phone-silent':
      return say('notice-phone-silent')
    case 'prompts-paused':
      return say('notice-prompts-paused', {
        gateway: change.gateway,
        until: momentIn(wording.language, change.untilMs),
      })
    case 'reported':
    case 'change-reported': {
      const { stopped } = change
      const isStopped = stopped === 'prompts' || stopped === 'account'
      const next = isStopped ? ` ${say(`notice-reported-${stopped}`)}` : ''
      return `${say(`notice-${change.kind}`)}${next}`
    }
  }
}

function whatItIs(wording: Wording, authenticator: Authenticator): string {
  const say = sayIn(wording)
  switch (authenticator.method) {
    case 'sms':
    case 'call': {
      const to = maskPhone(authenticator.phone)
      return say(`notice-what-${authenticator.method}`, { to })
    }
    case 'email':
      return say('notice-what-email', { to: maskEmail(authenticator.address) })
    case 'totp':
    case 'hotp':
    case 'recovery':
    case 'passkey':
    case 'push':
      return say(`notice-what-${authenticator.method}`)
  }
}

/** Texts of one language. */
export function sayIn({ texts, language }: Pick<Wording, 'texts' | 'language'>) {
  return (key: PortalTextKey, values?: Readonly<Record<string, string>>) =>
    texts.text(key, language, values)
}

/** A moment in words, by the clock of this machine. `language` as directories hold it. `to`: how exactly. */
export function momentIn(
  language: string | undefined,
  atMs: number,
  to: 'day' | 'minute' = 'minute',
): string {
  const known = Intl.DateTimeFormat.supportedLocalesOf(languageTags(language))
  return new Intl.DateTimeFormat(known.length > 0 ? known : 'en', {
    dateStyle: 'long',
    ...(to === 'minute' ? { timeStyle: 'short' } : {}),
  }).format(atMs)
}

/** Directories hold tags such as `nl_BE`, and lists of them. What is not a tag at all is ignored. */
function languageTags(language: string | undefined): string[] {
  return (language ?? '').split(/[,;]/, 1).flatMap((tag) => {
    try {
      return Intl.getCanonicalLocales(tag.trim().replaceAll('_', '-'))
    } catch {
      return []
    }
  })
}
