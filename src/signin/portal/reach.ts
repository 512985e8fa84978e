import { randomBytes } from 'node:crypto'
import type { EmailAuthenticator, PhoneAuthenticator, User } from '../../accounts/index.ts'
import type { SignInParts } from '../parts.ts'
import type { ApprovalMethod, PromptRequest, PromptResult } from '../ports/index.ts'
import { countPrompt } from '../prompts/limits.ts'
import { Proving } from '../prompts/proving.ts'
import { type PromptGateway, recordOf } from '../sharing/prompt-record.ts'

/** What a person can be reached by, enrolled or not. */
export type Contact = PhoneAuthenticator | EmailAuthenticator

/** `limit`: the person, the number or all together have had too many (PEOPLE R12). */
export type Reached =
  | { readonly kind: 'sent' }
  | { readonly kind: 'limit' }
  | { readonly kind: 'failed'; readonly detail: string }
export type Rung =
  | Exclude<PromptResult, { readonly kind: 'approved' }>['kind']
  | 'approved'
  | 'limit'

/**
 * Reaches people to prove a number or an address, outside of a sign-in: over the same providers, under the same limits.
 * A code that is sent and a call that is answered are good for nothing but what they were asked for.
 */
export type Reach = {
  /** How a contact is proven here; undefined where nothing carries it. */
  wayOf(method: Contact['method']): 'send' | 'approve' | undefined
  sendCode(user: User, contact: Contact, code: string, signal: AbortSignal): Promise<Reached>
  /** Rings and waits for # (after the PIN, where there is one). */
  ring(user: User, contact: PhoneAuthenticator, signal: AbortSignal): Promise<Rung>
}

/** No gateway learns how such a call ends. */
const noGateway: PromptGateway = {
  ...{ name: '', group: '', label: '', personSpecificDevice: false },
  firstFactor: { kind: 'session', directories: [] },
}

/** Proxies in front give up after 30 s and more, and the person may ask again. */
const ringMs = 28_000
const sendMs = 20_000

/** `label`: what calls and texts call the portal. */
export function createReach(parts: SignInParts, label: string): Reach {
  const { approvals, clock, sent, settings } = parts

  function requestFor(user: User, authenticator: Contact, lastsMs: number): PromptRequest {
    return {
      id: randomBytes(16).toString('base64url'),
      user,
      authenticator,
      language: user.language ?? '',
      gateway: label,
      from: '',
      deadlineMs: clock.nowMs() + lastsMs,
    }
  }

  /** Its webhooks may meet another process. */
  async function ringShared(
    approval: ApprovalMethod,
    request: PromptRequest,
    signal: AbortSignal,
  ): Promise<Rung> {
    const { registry } = parts
    const { deadlineMs: endsMs, id } = request
    const proving = new Proving(parts, request)
    // A key of its own: it does not block a sign-in, and no sign-in blocks it.
    const prompt = { id, userKey: `proving:${id}`, signInId: id, group: '', endsMs }
    await registry.openPrompt(prompt, proving, () => ({
      ...recordOf({ attemptId: id, signInId: id, gateway: noGateway }, 'call', request),
      provesPhone: true,
    }))
    const { promise, resolve } = Promise.withResolvers<Rung>()
    await registry.watchPrompt(id, { ended: ({ kind }) => resolve(kind) })
    const cancel = () => proving.cancel()
    signal.addEventListener('abort', cancel, { once: true })
    proving.ring(approval)
    if (signal.aborted) cancel()
    const rung = await promise
    signal.removeEventListener('abort', cancel)
    return rung
  }

  return {
    wayOf(method) {
      if (method === 'call' && approvals.has('call')) return 'approve'
      return sent.has(method) ? 'send' : undefined
    },

    async sendCode(user, contact, code, signal) {
      const method = sent.get(contact.method)
      if (method === undefined)
        return { kind: 'failed', detail: `nothing carries ${contact.method}` }
      if ((await countPrompt(parts, user.key, contact)) !== undefined) return { kind: 'limit' }
      const expiryMs = settings.sentCode[contact.method].expiryMs
      const result = await method.send(
        requestFor(user, contact, contact.method === 'call' ? expiryMs : sendMs),
        code,
        signal,
      )
      return result.kind === 'sent' ? { kind: 'sent' } : { kind: 'failed', detail: result.detail }
    },

    async ring(user, contact, signal) {
      const approval = approvals.get('call')
      if (approval === undefined) return 'failed'
      if ((await countPrompt(parts, user.key, contact)) !== undefined) return 'limit'
      const request = requestFor(user, contact, ringMs)
      if (parts.registry.isShared) return ringShared(approval, request, signal)
      const { promise, resolve } = Promise.withResolvers<Rung>()
      approval.prompt(
        request,
        {
          onProviderId: () => undefined,
          closingText: () => 'call-proven',
          onEnd: ({ kind }) => resolve(kind),
        },
        signal,
      )
      return promise
    },
  }
}
