import type { EmailAuthenticator, PhoneAuthenticator } from '../../src/accounts/index.ts'
import type {
  ApprovalMethod,
  PromptObserver,
  PromptRequest,
  PromptResult,
} from '../../src/signin/index.ts'

export const phone: PhoneAuthenticator = {
  id: 'a1',
  userKey: 'local:alice',
  label: 'work phone',
  createdAtMs: 0,
  method: 'call',
  phone: '+31612345678',
}

export const mailbox: EmailAuthenticator = {
  id: 'a2',
  userKey: 'local:alice',
  label: '',
  createdAtMs: 0,
  method: 'email',
  address: 'alice@corp.example',
}

/** A prompt for Alice at the VPN that ends in a minute. */
export function promptRequest(nowMs: number, change: Partial<PromptRequest> = {}): PromptRequest {
  return {
    id: 'p'.repeat(22),
    user: { key: 'local:alice', name: 'alice', displayName: 'Alice Example' },
    authenticator: phone,
    language: 'en',
    gateway: 'VPN Amsterdam',
    from: '198.51.100.7',
    deadlineMs: nowMs + 60_000,
    ...change,
  }
}

/** Prompts someone; resolves with how it ended. */
export function promptBy(
  method: ApprovalMethod,
  request: PromptRequest,
  observer: Omit<PromptObserver, 'onEnd'>,
  signal: AbortSignal = new AbortController().signal,
): Promise<PromptResult> {
  return new Promise((resolve) => method.prompt(request, { ...observer, onEnd: resolve }, signal))
}
