// Talks to the server. Everything it can answer is typed by the contract; everything that can go wrong is a Problem.
import type {
  AcceptedPasskeys,
  ApiProblem,
  ChangeReported,
  ChangeRequest,
  Look,
  Me,
  Paired,
  Pairing,
  PasskeyBegun,
  PhoneAskedAgain,
  PhoneBegun,
  PhoneBell,
  PhoneChanges,
  PhonePrompt,
  PortalDevice,
  PortalLanguage,
  PortalSession,
  PromptAnswered,
  PromptBegun,
  PromptNow,
  RecentSignIns,
  SetupStep,
  SignInStep,
} from '../../../people/contract.ts'

/** What went wrong: as the server says, or `offline` where it could not be reached. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly problem: ApiProblem['problem'] | 'offline'

  constructor(problem: Problem['problem'], text: string) {
    super(text)
    this.problem = problem
  }
}

export type Fetch = (path: string, options: FetchOptions) => Promise<FetchAnswer>
type FetchOptions = {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: string
  readonly signal?: AbortSignal
}
type FetchAnswer = {
  readonly ok: boolean
  readonly status: number
  json(): Promise<unknown>
}

/** A phone says who it is. */
type Hello = { readonly phone: string; readonly atMs: number; readonly signature: string }

/** What is set up: the part of an `add` that says what. */
export type Addition = Omit<Extract<ChangeRequest, { change: 'add' }>, 'change'>

export type Api = ReturnType<typeof createApi>

/**
 * Gives a function for each request. `language` is asked before each: texts of the server come in it.
 * Every function throws a Problem, or the signal's reason.
 */
export function createApi(request: Fetch, language: () => string) {
  async function call<Answer>(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    signal?: AbortSignal,
  ): Promise<Answer> {
    const headers = { accept: 'application/json', 'accept-language': language() }
    const options: FetchOptions = {
      method,
      headers: method === 'GET' ? headers : { ...headers, 'content-type': 'application/json' },
      ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
      ...(signal && { signal }),
    }
    let answer: FetchAnswer
    try {
      answer = await request(`/api/${path}`, options)
    } catch (error) {
      if (signal?.aborted) throw error
      throw new Problem('offline', '')
    }
    if (!answer.ok) throw await problemOf(answer)
    if (answer.status === 204) return undefined as Answer
    return (await answer.json()) as Answer
  }

  return {
    look: () => call<Look>('GET', 'look'),
    me: () => call<Me>('GET', 'me'),
    signIn: (name: string, password: string) =>
      call<SignInStep>('POST', 'sign-in', { name, password }),
    signInAnswer: (answer: string, signal?: AbortSignal) =>
      call<SignInStep>('POST', 'sign-in/answer', { answer }, signal),
    cancelSignIn: () => call<unknown>('POST', 'sign-in/cancel'),
    cancelConfirm: () => call<unknown>('POST', 'confirm/cancel'),
    newPassword: (password: string) =>
      call<SignInStep>('POST', 'sign-in/new-password', { password }),
    proof: (given: { code: string } | { send: string }) =>
      call<SignInStep>('POST', 'sign-in/proof', given),
    confirm: (change: ChangeRequest) => call<SignInStep>('POST', 'confirm', { change }),
    confirmAnswer: (answer: string, signal?: AbortSignal) =>
      call<SignInStep>('POST', 'confirm/answer', { answer }, signal),
    tryOut: (id: string) => call<SignInStep>('POST', 'try', { id }),
    beginSetup: (setup: Addition) => call<SetupStep>('POST', 'setup/begin', { setup }),
    prove: (codes: readonly string[], signal?: AbortSignal) =>
      call<SetupStep>('POST', 'setup/prove', { codes }, signal),
    provePasskey: (passkey: object) => call<SetupStep>('POST', 'setup/prove', { passkey }),
    beginPasskey: () => call<PasskeyBegun>('POST', 'passkey/begin'),
    signInPasskey: (passkey: object) => call<SignInStep>('POST', 'sign-in/passkey', { passkey }),
    signInSigned: (passkey: object) => call<SignInStep>('POST', 'sign-in/signed', { passkey }),
    confirmSigned: (passkey: object) => call<SignInStep>('POST', 'confirm/signed', { passkey }),
    prompt: () => call<PromptNow>('GET', 'prompt'),
    beginPrompt: (prompt: string, answer: 'approve' | 'report') =>
      call<PromptBegun>('POST', 'prompt/begin', { prompt, answer }),
    answerPrompt: (prompt: string, passkey: object) =>
      call<PromptAnswered>('POST', 'prompt/answer', { prompt, passkey }),
    pairPhone: (name: string, code: string, key: string) =>
      call<Pairing>('POST', 'phone/pair', { name, code, key }),
    becomeDemoPhone: (key: string) => call<Paired>('POST', 'phone/demo', { key }),
    pairedPhone: (token: string) => call<Paired>('POST', 'phone/paired', { token }),
    phonePrompt: (said: Hello) => call<PhonePrompt>('POST', 'phone/prompt', said),
    phoneBell: (
      said: Hello & {
        readonly subscription?: {
          readonly endpoint: string
          readonly p256dh: string
          readonly auth: string
        }
      },
    ) => call<PhoneBell>('POST', 'phone/bell', said),
    phoneBegin: (
      said: Hello & { readonly prompt: string; readonly answer: 'approve' | 'report' },
    ) => call<PhoneBegun>('POST', 'phone/begin', said),
    phoneAnswer: (said: {
      readonly phone: string
      readonly prompt: string
      readonly challenge: string
      readonly number: string
      readonly signature: string
    }) => call<PromptAnswered>('POST', 'phone/answer', said),
    phoneReceipt: (said: {
      readonly phone: string
      readonly prompt: string
      readonly receipt: 'opened'
      readonly signature: string
    }) => call<unknown>('POST', 'phone/receipt', said),
    phoneAskAgain: (said: Hello & { readonly pause: string }) =>
      call<PhoneAskedAgain>('POST', 'phone/ask-again', said),
    phoneChanges: (said: Hello) => call<PhoneChanges>('POST', 'phone/changes', said),
    phoneNotMe: (said: Hello & { readonly change: string }) =>
      call<ChangeReported>('POST', 'phone/not-me', said),
    acceptedPasskeys: () => call<AcceptedPasskeys>('GET', 'passkeys'),
    sessions: () => call<readonly PortalSession[]>('GET', 'sessions'),
    endSession: (id?: string) =>
      call<unknown>('POST', 'sessions/end', id === undefined ? {} : { id }),
    signIns: (after?: string) =>
      call<RecentSignIns>(
        'GET',
        after === undefined ? 'sign-ins' : `sign-ins?after=${encodeURIComponent(after)}`,
      ),
    devices: () => call<readonly PortalDevice[]>('GET', 'devices'),
    setLanguage: (chosen: PortalLanguage) =>
      call<unknown>('POST', 'language', { language: chosen }),
    signOut: () => call<unknown>('POST', 'sign-out'),
  }
}

/** A proxy in between may answer something other than a problem of ours. */
async function problemOf(answer: FetchAnswer): Promise<Problem> {
  try {
    const body = (await answer.json()) as Partial<ApiProblem> | null
    if (typeof body?.problem === 'string') {
      return new Problem(body.problem, typeof body.text === 'string' ? body.text : '')
    }
  } catch {
    // Not JSON.
  }
  if (answer.status === 401) return new Problem('signed-out', '')
  if (answer.status === 429) return new Problem('too-many', '')
  if (answer.status >= 502 && answer.status <= 504) return new Problem('store-failed', '')
  return new Problem('internal', '')
}
