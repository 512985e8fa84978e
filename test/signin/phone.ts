import type {
  ApprovalMethod,
  PromptRequest,
  PromptResult,
  SendResult,
  SentCodeMethod,
  TextKey,
} from '../../src/signin/index.ts'

export type RungCall = {
  readonly request: PromptRequest
  /** Undefined while it rings. */
  result: PromptResult | undefined
  /** Whether the sign-in ended it. */
  cancelled: boolean
  /** What the approver would hear after # now. */
  closingText(): TextKey
  answer(result: PromptResult): void
}

/** Calls that are answered when the test says so. */
export type ScriptedPhone = ApprovalMethod & {
  readonly calls: RungCall[]
  /** Calls that ring now. */
  ringing(): RungCall[]
  /** The call that rings; throws unless exactly one does. */
  only(): RungCall
  approve(): void
  readonly orphansEnded: string[]
}

export function createScriptedPhone(): ScriptedPhone {
  const calls: RungCall[] = []
  const orphansEnded: string[] = []
  const ringing = () => calls.filter((call) => call.result === undefined)
  const only = () => {
    const [call, ...more] = ringing()
    if (call === undefined || more.length > 0) {
      throw new Error(`${call === undefined ? 'no phone' : 'more than one phone'} rings`)
    }
    return call
  }
  return {
    method: 'call',
    prompt(request, observer, signal) {
      const call: RungCall = {
        request,
        result: undefined,
        cancelled: false,
        closingText: () => observer.closingText(),
        answer(result) {
          if (call.result !== undefined) throw new Error('the call has ended')
          call.result = result
          observer.onEnd(result)
        },
      }
      calls.push(call)
      observer.onProviderId(`call-${calls.length}`)
      signal.addEventListener('abort', () => {
        if (call.result !== undefined) return
        call.cancelled = true
        call.answer({ kind: 'timeout' })
      })
    },
    async endOrphan(providerId) {
      orphansEnded.push(providerId)
    },
    calls,
    ringing,
    only,
    approve: () => only().answer({ kind: 'approved', byMachine: false }),
    orphansEnded,
  }
}

export type ScriptedSender = SentCodeMethod & {
  readonly sent: { readonly request: PromptRequest; readonly code: string }[]
  /** What the next sendings come to; sent when empty. A function may throw or hang. */
  readonly next: ((signal: AbortSignal) => Promise<SendResult>)[]
  lastCode(): string
}

export function createScriptedSender(method: SentCodeMethod['method']): ScriptedSender {
  const sent: ScriptedSender['sent'] = []
  const next: ScriptedSender['next'] = []
  return {
    method,
    async send(request, code, signal) {
      const result = next.shift()
      if (result !== undefined) return result(signal)
      sent.push({ request, code })
      return { kind: 'sent' }
    },
    sent,
    next,
    lastCode() {
      const last = sent.at(-1)
      if (last === undefined) throw new Error('nothing was sent')
      return last.code
    },
  }
}
