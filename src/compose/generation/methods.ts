import type { Method } from '../../accounts/index.ts'
import { availableMethods, type Config, usualSentCode } from '../../config/index.ts'
import {
  type Bell,
  createCallMethod,
  createEmailMethod,
  createEmailNotice,
  createPageMethod,
  createReadOutMethod,
  createSmsMethod,
  createSmsNotice,
} from '../../methods/index.ts'
import type {
  ApprovalMethod,
  NoticeMethod,
  SentCodeMethod,
  SentCodeSettings,
} from '../../signin/index.ts'
import { type Clock, HoldfastError } from '../../support/index.ts'
import type { SpokenTexts } from '../../texts/index.ts'
import type { Provider } from './providers.ts'

export type SecondFactors = {
  readonly approvals: ReadonlyMap<Method, ApprovalMethod>
  readonly sent: ReadonlyMap<Method, SentCodeMethod>
  readonly noticeMethods: ReadonlyMap<Method, NoticeMethod>
}

/** The methods that reach people, each over its provider. Throws where a provider cannot do what it is asked for. */
export function createSecondFactors(
  config: Config,
  providers: ReadonlyMap<string, Provider>,
  texts: SpokenTexts,
  clock: Clock,
  bell: Bell | undefined,
): SecondFactors {
  const { methods } = config
  const sent = new Map<Method, SentCodeMethod>()
  const approvals = new Map<Method, ApprovalMethod>()
  const noticeMethods = noticeMethodsOf(methods, providers)
  if (methods.sms !== undefined) {
    const delivery = carry(providers, 'sms', methods.sms.via, 'texts')
    sent.set('sms', createSmsMethod({ delivery, texts }))
  }
  if (methods.email !== undefined) {
    const delivery = carry(providers, 'email', methods.email.via, 'emails')
    sent.set('email', createEmailMethod({ delivery, texts }))
  }
  if (availableMethods(config).includes('passkey')) {
    approvals.set('passkey', createPageMethod('passkey'))
  }
  if (availableMethods(config).includes('push')) {
    approvals.set('push', createPageMethod('push', bell))
  }
  if (methods.call === undefined) return { approvals, sent, noticeMethods }
  const { backup } = methods.call
  const calls = carry(providers, 'call', methods.call.via, 'calls')
  if (methods.call.mode === 'approve') {
    approvals.set('call', createCallMethod({ calls, texts, clock, backup }))
  } else {
    sent.set('call', createReadOutMethod({ calls, texts, clock, backup }))
  }
  return { approvals, sent, noticeMethods }
}

/**
 * Notices go over the provider that carries codes of the same kind, or over the first one that can. So people learn of
 * changes by mail even where codes by mail are off.
 */
function noticeMethodsOf(
  { email, sms }: Config['methods'],
  providers: ReadonlyMap<string, Provider>,
): ReadonlyMap<Method, NoticeMethod> {
  const noticeMethods = new Map<Method, NoticeMethod>()
  const emails = carrierOf(providers, email?.via, 'emails')
  const texts = carrierOf(providers, sms?.via, 'texts')
  if (emails !== undefined) noticeMethods.set('email', createEmailNotice(emails))
  if (texts !== undefined) noticeMethods.set('sms', createSmsNotice(texts))
  return noticeMethods
}

function carrierOf<Kind extends keyof Provider>(
  providers: ReadonlyMap<string, Provider>,
  name: string | undefined,
  kind: Kind,
): Provider[Kind] | undefined {
  const chosen = name === undefined ? undefined : providers.get(name)
  return (chosen ?? [...providers.values()].find((each) => each[kind] !== undefined))?.[kind]
}

/** How long codes are good that are sent, how often they are sent, and how often one may be wrong. */
export function sentCodeSettings({
  methods: { sms, email },
}: Config): Readonly<Record<SentCodeMethod['method'], SentCodeSettings>> {
  const common = settingsOf(usualSentCode)
  return {
    call: common,
    sms: settingsOf(sms ?? usualSentCode),
    email:
      email === undefined ? common : { ...common, tries: email.attempts, expiryMs: email.expiryMs },
  }
}

function settingsOf(settings: typeof usualSentCode): SentCodeSettings {
  const { attempts, expiryMs, resends, resendAfterMs } = settings
  return { tries: attempts, expiryMs, times: resends + 1, resendAfterMs }
}

function carry<Kind extends keyof Provider>(
  providers: ReadonlyMap<string, Provider>,
  method: Method,
  name: string,
  kind: Kind,
): NonNullable<Provider[Kind]> {
  const delivery = providers.get(name)?.[kind]
  if (delivery !== undefined) return delivery
  throw new HoldfastError(
    'provider-unfit',
    `methods.${method}.via: ${name} cannot carry ${kind}; choose another entry of delivery`,
  )
}
