import type { Method } from '../../accounts/index.ts'
import { type Config, usualSentCode } from '../../config/index.ts'
import {
  createCallMethod,
  createEmailMethod,
  createEmailNotice,
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
  readonly approval: ApprovalMethod | undefined
  readonly sent: ReadonlyMap<Method, SentCodeMethod>
  readonly notices: ReadonlyMap<Method, NoticeMethod>
}

/** The methods that reach people, each over its provider. Throws where a provider cannot do what it is asked for. */
export function createSecondFactors(
  { methods }: Config,
  providers: ReadonlyMap<string, Provider>,
  texts: SpokenTexts,
  clock: Clock,
): SecondFactors {
  const sent = new Map<Method, SentCodeMethod>()
  const notices = new Map<Method, NoticeMethod>()
  if (methods.sms !== undefined) {
    const delivery = carry(providers, 'sms', methods.sms.via, 'texts')
    sent.set('sms', createSmsMethod({ delivery, texts }))
    notices.set('sms', createSmsNotice({ delivery, texts }))
  }
  if (methods.email !== undefined) {
    const delivery = carry(providers, 'email', methods.email.via, 'emails')
    sent.set('email', createEmailMethod({ delivery, texts }))
    notices.set('email', createEmailNotice({ delivery, texts }))
  }
  if (methods.call === undefined) return { approval: undefined, sent, notices }
  const { backup } = methods.call
  const calls = carry(providers, 'call', methods.call.via, 'calls')
  if (methods.call.mode === 'approve') {
    return { approval: createCallMethod({ calls, texts, clock, backup }), sent, notices }
  }
  sent.set('call', createReadOutMethod({ calls, texts, clock, backup }))
  return { approval: undefined, sent, notices }
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
