import { createHmac, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseGather, pressKeys } from './twiml-gather.ts'

/** How the next request to the API is treated. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly code?: number }
  | { readonly kind: 'html'; readonly status: number }
  /** Takes the request, does it, and answers late. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Takes the request and never answers. */
  | { readonly kind: 'silence' }
  | { readonly kind: 'reset' }

/**
 * What happens at the other end of the line. `keys`: what is pressed at each question, `''` for nothing, a promise for
 * what takes its time. After the last one the person is silent, or hangs up.
 */
export type Person =
  | {
      readonly does: 'answers'
      readonly keys: readonly (string | Promise<string>)[]
      readonly hangsUp?: boolean
      readonly answeredBy?: string
    }
  | { readonly does: 'busy' | 'no-answer' | 'failed' }
  /** Lets it ring until the caller gives up. */
  | { readonly does: 'nothing' }

export type SentWebhook = {
  readonly path: string
  readonly form: Readonly<Record<string, string>>
  readonly signature: string
  readonly status: number
  readonly reply: string
}

type Call = {
  sid: string
  form: Record<string, string>
  status: string
  answeredBy?: string
  /** As the API writes it. */
  readonly created: string
}

export type TwilioStandIn = {
  readonly address: string
  /** Requests to the API in order: `POST Calls`, with their form. */
  readonly requests: { readonly name: string; readonly form: Readonly<Record<string, string>> }[]
  readonly webhooks: SentWebhook[]
  readonly calls: ReadonlyMap<string, Call>
  /** Used up one by one; then everything works. */
  readonly faults: Fault[]
  person: Person
  balance: { balance: string | null; currency: string }
  /** Numbers of the account, in the words of the API. */
  readonly numbers: {
    phone_number: string
    capabilities: { voice: boolean; sms: boolean }
  }[]
  /** Numbers of others that were verified. */
  readonly callerIds: string[]
  /** By number, where it is not `person`. */
  readonly people: Map<string, Person>
  /** Where webhooks for `publicUrl` really go, as through a proxy. */
  deliverTo: string
  /** The same for `fallbackUrl`. */
  fallbackTo: string
  /** Whether a fallback is asked with the keys of the webhook that failed. Twilio's pages do not say. */
  fallbackHasKeys: boolean
  sign(url: string, form: Readonly<Record<string, string>>): string
  stop(): Promise<void>
}

/**
 * Speaks the parts of Twilio's API that are used, on the loopback address: Messages, Calls, the
 * account itself, signed webhooks and status callbacks. It also plays the person who is called.
 */
export async function startTwilioStandIn(options: {
  readonly accountSid: string
  readonly authToken: string
  /** Name and password of the API, where they are not SID and token. */
  readonly apiUser?: { readonly name: string; readonly password: string }
  readonly publicUrl: string
  readonly fallbackUrl?: string
}): Promise<TwilioStandIn> {
  const { accountSid, authToken, publicUrl, fallbackUrl } = options
  const user = options.apiUser ?? { name: accountSid, password: authToken }
  const basic = `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`
  const calls = new Map<string, Call>()
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })

  const standIn: TwilioStandIn = {
    address: '',
    requests: [],
    webhooks: [],
    calls,
    faults: [],
    person: { does: 'answers', keys: ['#'] },
    balance: { balance: '42.5', currency: 'EUR' },
    numbers: [],
    callerIds: [],
    people: new Map(),
    deliverTo: '',
    fallbackTo: '',
    fallbackHasKeys: false,
    sign,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  /** https://www.twilio.com/docs/usage/security: the URL, then each field's name and value, sorted. */
  function sign(url: string, form: Readonly<Record<string, string>>): string {
    const signed = Object.keys(form)
      .sort()
      .map((name) => `${name}${form[name]}`)
    return createHmac('sha1', authToken)
      .update(url + signed.join(''))
      .digest('base64')
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = Object.fromEntries(new URLSearchParams(await readAll(request)))
    const path = (request.url ?? '').replace(`/2010-04-01/Accounts/${accountSid}`, '')
    const name = `${request.method} ${path.replace(/^\//, '').replace('.json', '')}`
    standIn.requests.push({ name, form })
    const send = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (request.headers.authorization !== basic) {
      return send(401, { code: 20003, message: 'Authenticate', status: 401 })
    }
    const fault = standIn.faults.shift()
    if (fault?.kind === 'silence') return
    if (fault?.kind === 'reset') return void request.socket.resetAndDestroy()
    if (fault?.kind === 'html') {
      return void response.writeHead(fault.status).end('<html>gateway error</html>')
    }
    if (fault?.kind === 'status') {
      const { status, code } = fault
      return send(status, code === undefined ? {} : { status, code, message: 'no', more_info: '' })
    }
    const [status, body] = perform(name, form)
    if (fault?.kind === 'late') await new Promise((resolve) => setTimeout(resolve, fault.ms))
    send(status, body)
  }

  function perform(name: string, form: Record<string, string>): [number, object] {
    if (name === 'GET ') return [200, { sid: accountSid, status: 'active' }]
    const [question, asked] = name.split('?')
    const wanted = new URLSearchParams(asked).get('PhoneNumber')
    if (question === 'GET Balance') return [200, { account_sid: accountSid, ...standIn.balance }]
    if (question === 'GET IncomingPhoneNumbers') {
      const numbers = standIn.numbers.filter(({ phone_number }) => phone_number === wanted)
      return [200, { incoming_phone_numbers: numbers, page: 0, page_size: 1 }]
    }
    if (question === 'GET OutgoingCallerIds') {
      const verified = standIn.callerIds.filter((number) => number === wanted)
      const ids = verified.map((phone_number) => ({ phone_number }))
      return [200, { outgoing_caller_ids: ids, page: 0, page_size: 1 }]
    }
    if (name === 'POST Messages') return [201, { sid: newSid('SM'), status: 'queued' }]
    if (name === 'POST Calls') {
      const created = new Date().toUTCString().replace('GMT', '+0000')
      const call: Call = { sid: newSid('CA'), form, status: 'queued', created }
      calls.set(call.sid, call)
      const person = standIn.people.get(form.To ?? '') ?? standIn.person
      setImmediate(() => void play(call, person))
      return [201, { sid: call.sid, status: call.status }]
    }
    if (question === 'GET Calls') {
      const search = new URLSearchParams(asked)
      const found = [...calls.values()].filter(
        ({ form, status }) => form.To === search.get('To') && status === search.get('Status'),
      )
      const list = found.map(({ created, sid, status }) => ({ sid, status, date_created: created }))
      return [200, { calls: list, page: 0, page_size: 20 }]
    }
    const call = calls.get(/Calls\/(\w+)$/.exec(name)?.[1] ?? '')
    if (call === undefined) return [404, { code: 20404, message: 'not found', status: 404 }]
    if (name.startsWith('POST')) {
      if (isOver(call)) return [400, { code: 21220, message: 'not in progress', status: 400 }]
      call.status = form.Status ?? call.status
      void reportEnd(call)
    }
    return [200, { sid: call.sid, status: call.status, answered_by: call.answeredBy ?? null }]
  }

  /** Rings, and leads the call as its TwiML says. */
  async function play(call: Call, person: Person): Promise<void> {
    call.status = 'ringing'
    if (person.does === 'nothing') return
    if (person.does !== 'answers') {
      call.status = person.does
      return reportEnd(call)
    }
    call.status = 'in-progress'
    if (person.answeredBy !== undefined) await reportAnsweredBy(call, person.answeredBy)
    if (call.form.Url !== undefined) await talk(call, call.form.Url, person)
    if (isOver(call)) return
    call.status = 'completed'
    await reportEnd(call)
  }

  async function talk(
    call: Call,
    url: string,
    { keys, hangsUp }: Person & { does: 'answers' },
  ): Promise<void> {
    let twiml = await ask(call, url, { CallSid: call.sid, CallStatus: call.status })
    for (const typed of [...keys, ...Array(hangsUp ? 0 : 10).fill('')]) {
      const gather = parseGather(twiml)
      if (gather === undefined || isOver(call)) return
      const digits = pressKeys(gather, await typed)
      if (digits === undefined || isOver(call)) return
      const form = { CallSid: call.sid, CallStatus: call.status, Digits: digits }
      twiml = await ask(call, gather.action, form)
    }
  }

  /** Asks what to say; at the fallback where that fails. */
  async function ask(call: Call, url: string, fields: Record<string, string>): Promise<string> {
    const { ok, reply } = await post(url, fields)
    const { FallbackUrl } = call.form
    if (ok || FallbackUrl === undefined) return reply
    const { Digits, ...others } = fields
    const keys = Digits !== undefined && standIn.fallbackHasKeys ? { Digits } : {}
    const failed = { ErrorCode: '11200', ErrorUrl: url }
    return (await post(FallbackUrl, { ...others, ...keys, ...failed })).reply
  }

  async function reportAnsweredBy(call: Call, answeredBy: string): Promise<void> {
    call.answeredBy = answeredBy
    const url = call.form.AsyncAmdStatusCallback
    if (url !== undefined) await post(url, { CallSid: call.sid, AnsweredBy: answeredBy })
  }

  async function reportEnd(call: Call): Promise<void> {
    const url = call.form.StatusCallback
    if (url !== undefined) await post(url, { CallSid: call.sid, CallStatus: call.status })
  }

  async function post(url: string, fields: Record<string, string>) {
    const form = { AccountSid: accountSid, ApiVersion: '2010-04-01', ...fields }
    const base = [publicUrl, fallbackUrl].find((each) => each !== undefined && url.startsWith(each))
    if (base === undefined) throw new Error(`a webhook outside public_url: ${url}`)
    const path = url.slice(base.length)
    const signature = sign(url, form)
    const place = base === publicUrl ? standIn.deliverTo : standIn.fallbackTo
    const [status, reply] = await fetch(place + path, {
      method: 'POST',
      headers: { 'x-twilio-signature': signature },
      body: new URLSearchParams(form),
    }).then(
      async (response) => [response.status, await response.text()] as const,
      // No one is there; Twilio then ends the call.
      () => [0, ''] as const,
    )
    standIn.webhooks.push({ path, form, signature, status, reply })
    return { ok: status >= 200 && status < 300, reply }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(standIn, { address: `http://127.0.0.1:${port}` })
}

function isOver(call: Call): boolean {
  return !['queued', 'ringing', 'in-progress'].includes(call.status)
}

function newSid(kind: string): string {
  return kind + randomBytes(16).toString('hex')
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = ''
  request.setEncoding('utf8')
  for await (const chunk of request) text += String(chunk)
  return text
}
