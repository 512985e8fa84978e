import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:http'
import type {
  ApiProblem,
  ChangeRequest,
  Me,
  PortalSession,
  RecentSignIns,
  SetupStep,
  SignInStep,
} from '../../src/web/people/contract.ts'

export type PortalAnswer<Body> = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Body
}

export type PortalMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One request of a browser, with the cookies that it had. */
export type PortalRequest = {
  readonly method: PortalMethod
  readonly path: string
  readonly body: unknown
  readonly cookies: ReadonlyMap<string, string>
}

/** Hears of each answer; until it is done the browser waits. */
export type OnAnswer = (asked: PortalRequest, answer: PortalAnswer<unknown>) => Promise<void>

/** What a browser does for a person, without one: it keeps cookies and says whose page it is. */
export type PortalBrowser = ReturnType<typeof openPortal>

/** A browser without cookies at the portal of this port. Its pages are at http://localhost. */
export function openPortal(
  port: number,
  stolen: ReadonlyMap<string, string> = new Map(),
  onAnswer?: OnAnswer,
) {
  const origin = `http://localhost:${port}`
  const cookies = new Map(stolen)

  async function send<Body>(
    method: PortalMethod,
    path: string,
    body?: unknown,
    own: Readonly<Record<string, string>> = {},
  ): Promise<PortalAnswer<Body>> {
    const asked = { method, path, body, cookies: new Map(cookies) }
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const text = body === undefined ? '' : JSON.stringify(body)
    const headers = {
      host: `localhost:${port}`,
      'accept-language': 'en',
      ...(cookie === '' ? {} : { cookie }),
      ...(method !== 'GET' &&
        method !== 'HEAD' && {
          origin,
          'sec-fetch-site': 'same-origin',
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(text)),
        }),
      ...own,
    }
    const answer = await ask({ port, method, path, headers }, text)
    for (const line of answer.headers['set-cookie'] ?? []) keep(line)
    const isJson = answer.text !== '' && /json/.test(answer.headers['content-type'] ?? '')
    const told = { ...answer, body: (isJson ? JSON.parse(answer.text) : answer.text) as Body }
    await onAnswer?.(asked, told)
    return told
  }

  function keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (/max-age=0|expires=thu, 01 jan 1970/i.test(line) || value === '') cookies.delete(name)
    else cookies.set(name, value)
  }

  /** The body of an answer that is none of the problems. */
  async function call<Body>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Body> {
    const answer = await send<Body>(method, `/api/${path}`, body)
    if (answer.status < 400) return answer.body
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  }

  return {
    origin,
    cookies: cookies as ReadonlyMap<string, string>,
    send,
    /** What the portal says to a request that it should not carry out. */
    refused: (method: PortalMethod, path: string, body?: unknown) =>
      send<ApiProblem>(method, `/api/${path}`, body),
    signIn: (name: string, password: string) =>
      call<SignInStep>('POST', 'sign-in', { name, password }),
    answer: (answer: string) => call<SignInStep>('POST', 'sign-in/answer', { answer }),
    proof: (code: string) => call<SignInStep>('POST', 'sign-in/proof', { code }),
    confirm: (change: ChangeRequest) => call<SignInStep>('POST', 'confirm', { change }),
    confirmAnswer: (answer: string) => call<SignInStep>('POST', 'confirm/answer', { answer }),
    beginSetup: (setup: object) => call<SetupStep>('POST', 'setup/begin', { setup }),
    prove: (...codes: readonly string[]) => call<SetupStep>('POST', 'setup/prove', { codes }),
    me: () => call<Me>('GET', 'me'),
    sessions: () => call<readonly PortalSession[]>('GET', 'sessions'),
    signIns: () => call<RecentSignIns>('GET', 'sign-ins'),
    endSessions: (id?: string) => call('POST', 'sessions/end', id === undefined ? {} : { id }),
    signOut: () => call('POST', 'sign-out', {}),
  }
}

type Asked = {
  readonly port: number
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** Not `fetch`: that sets headers of its own, and lets none of them be left out. */
function ask({ port, method, path, headers }: Asked, body: string) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>(
    (resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, method, path, headers, agent: false })
      asked.once('error', reject)
      asked.once('response', (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => (text += chunk))
        response.once('error', reject)
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        )
      })
      asked.end(body)
    },
  )
}
