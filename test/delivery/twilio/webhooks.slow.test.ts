import { request as httpRequest } from 'node:http'
import { expect } from 'chai'
import {
  createTwilioDelivery,
  joinWebhooks,
  type WebhookHandler,
} from '../../../src/delivery/index.ts'
import { createCallMethod } from '../../../src/methods/index.ts'
import type { PromptResult } from '../../../src/signin/index.ts'
import { Secret, systemClock } from '../../../src/support/index.ts'
import { createHttpServer, twilioWebhookPlugin } from '../../../src/web/index.ts'
import {
  accountSid,
  endedText,
  publicUrl,
  startTwilioLab,
  stopAll,
  type TwilioLab,
  texts,
  until,
} from '../twilio-lab.ts'

type Form = Readonly<Record<string, string>>
type Sent = { status: number; body: string }

/** Sends exactly what an attacker wants, Host and all. */
function post(
  address: string,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const type = 'application/x-www-form-urlencoded'
    const sent = httpRequest(
      address + path,
      { method: 'POST', headers: { 'content-type': type, ...headers } },
      async (response) => {
        let text = ''
        response.setEncoding('utf8')
        for await (const chunk of response) text += String(chunk)
        resolve({ status: response.statusCode ?? 0, body: text })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

describe('Twilio webhooks under attack', () => {
  let lab: TwilioLab
  let prompt: Promise<PromptResult>
  let isOver = false
  /** Of the call that rings at Alice. */
  let token = ''
  let callSid = ''

  beforeEach(async () => {
    lab = await startTwilioLab()
    lab.standIn.person = { does: 'nothing' }
    isOver = false
    const ids: string[] = []
    prompt = lab.prompt({ onProviderId: (id) => void ids.push(id) })
    void prompt.then(() => {
      isOver = true
    })
    await until(() => ids.length === 1)
    callSid = ids[0] ?? ''
    const url = lab.standIn.calls.get(callSid)?.form.Url ?? ''
    token = /call\/([\w-]{22})\/0$/.exec(url)?.[1] ?? ''
    expect(token).to.have.length(22)
  })
  afterEach(async () => {
    await post(
      lab.address,
      `/twilio/status/${token}`,
      ...signed(`/twilio/status/${token}`, ended()),
    )
    await prompt
    await stopAll()
  })

  const form = (fields: Form = {}): Form => ({
    AccountSid: accountSid,
    CallSid: callSid,
    CallStatus: 'in-progress',
    ...fields,
  })
  const ended = (): Form => form({ CallStatus: 'completed' })
  /** Body and headers, signed as Twilio would for this address. */
  const signed = (
    path: string,
    fields: Form,
    url = publicUrl,
  ): [string, Record<string, string>] => [
    new URLSearchParams(fields).toString(),
    { 'x-twilio-signature': lab.standIn.sign(url + path, fields) },
  ]
  const send = (path: string, fields: Form) => post(lab.address, path, ...signed(path, fields))
  const turn = (number: number) => `/twilio/call/${token}/${number}`

  async function expectNothingHappened(sent: Sent, status: number): Promise<void> {
    expect(sent.status).to.equal(status)
    expect(sent.body).not.to.include('<Gather')
    if (status < 400 || status === 403) {
      expect(sent.body).to.include(endedText).and.include('<Hangup/>')
    }
    await new Promise(setImmediate)
    expect(isOver).to.equal(false)
  }

  /** The honest call still works after the attack. */
  async function expectHonestCall(): Promise<void> {
    expect((await send(turn(0), form())).body).to.include('<Gather')
    expect((await send(turn(1), form({ Digits: '#' }))).body).to.include('<Hangup/>')
    expect(await prompt).to.deep.equal({ kind: 'approved', byMachine: false })
  }

  const forgeries: [string, () => Promise<Sent>][] = [
    ['no signature', () => post(lab.address, turn(0), new URLSearchParams(form()).toString(), {})],
    [
      'a made-up signature',
      () =>
        post(lab.address, turn(0), new URLSearchParams(form()).toString(), {
          'x-twilio-signature': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=',
        }),
    ],
    [
      'a signature of the right length in other letters',
      () => {
        const [body, headers] = signed(turn(0), form())
        const upper = headers['x-twilio-signature']?.toUpperCase() ?? ''
        return post(lab.address, turn(0), body, { 'x-twilio-signature': upper })
      },
    ],
    [
      'the signature of another path',
      () => post(lab.address, turn(1), ...signed(turn(0), form({ Digits: '#' }))),
    ],
    [
      'other keys than those signed',
      () => {
        const [, headers] = signed(turn(0), form({ Digits: '1' }))
        const body = new URLSearchParams(form({ Digits: '#' })).toString()
        return post(lab.address, turn(0), body, headers)
      },
    ],
    [
      'a field more than was signed',
      () => {
        const [body, headers] = signed(turn(0), form())
        return post(lab.address, turn(0), `${body}&AnsweredBy=human`, headers)
      },
    ],
    [
      'a query behind the address',
      () => post(lab.address, `${turn(0)}?Digits=%23`, ...signed(`${turn(0)}?Digits=%23`, form())),
    ],
    [
      'a signature over our local address',
      () => post(lab.address, turn(0), ...signed(turn(0), form(), lab.address)),
    ],
    [
      'a signature over the host that the attacker sends beside Host',
      () => {
        const [body, headers] = signed(turn(0), form(), 'https://evil.example')
        return post(lab.address, turn(0), body, {
          ...headers,
          'x-forwarded-host': 'evil.example',
          'x-forwarded-proto': 'https',
          'x-original-url': turn(0),
          forwarded: 'host=evil.example;proto=https',
        })
      },
    ],
  ]
  for (const [name, attack] of forgeries) {
    it(`refuses ${name}`, async () => {
      await expectNothingHappened(await attack(), 403)
      await expectHonestCall()
    })
  }

  it('does not mind whether a proxy keeps the path of public_url, and its host', async () => {
    const { host } = new URL(publicUrl)
    for (const [number, prefix, headers] of [
      [0, '/holdfast', {}],
      [1, '', { host: host.toUpperCase() }],
      [2, '/holdfast', { host }],
    ] as const) {
      const [body, signature] = signed(turn(number), form({ Digits: '0' }))
      const path = prefix + turn(number)
      const sent = await post(lab.address, path, body, { ...signature, ...headers })
      expect(sent.status).to.equal(200)
      expect(sent.body).to.include('<Gather')
    }
  })

  it('has nothing for another Host, even where it is signed for that', async () => {
    const [body, headers] = signed(turn(0), form(), 'https://evil.example')
    const more = { ...headers, host: 'evil.example', 'x-forwarded-host': 'mfa.corp.example' }
    expect((await post(lab.address, turn(0), body, more)).status).to.equal(421)
    await expectHonestCall()
  })

  it('answers Twilio while a stranger sends all that may come unsigned', async () => {
    const flood = Array.from({ length: 250 }, () =>
      post(lab.address, turn(0), new URLSearchParams(form()).toString(), {}),
    )
    await expectHonestCall()
    for (const { status } of await Promise.all(flood)) expect(status).to.be.oneOf([403, 429])
  })

  it('counts what is signed towards no limit', async () => {
    const path = `/twilio/status/${token}`
    const fields = form({ CallStatus: 'ringing' })
    const sent = await Promise.all(Array.from({ length: 250 }, () => send(path, fields)))
    expect(new Set(sent.map(({ status }) => status))).to.deep.equal(new Set([200]))
    await expectHonestCall()
  })

  it('refuses the CallSid of another call, whatever it says', async () => {
    const other = form({ CallSid: `CA${'9'.repeat(32)}` })
    await expectNothingHappened(await send(turn(0), other), 200)
    await expectNothingHappened(await send(turn(1), { ...other, Digits: '#' }), 200)
    await expectNothingHappened(
      await send(`/twilio/status/${token}`, { ...other, CallStatus: 'completed' }),
      200,
    )
    await expectNothingHappened(
      await send(`/twilio/machine/${token}`, { ...other, AnsweredBy: 'machine_start' }),
      200,
    )
    const { CallSid: _, ...without } = form()
    await expectNothingHappened(await send(turn(0), without), 200)
    await expectHonestCall()
  })

  it('refuses a token that was never given out', async () => {
    const path = `/twilio/call/${'A'.repeat(22)}/0`
    await expectNothingHappened(await send(path, form()), 200)
    await expectHonestCall()
  })

  for (const path of [
    '/twilio/call/short/0',
    '/twilio/call/__proto__/0',
    '/twilio/call//0',
    '/twilio/',
    `/twilio/other/${'A'.repeat(22)}`,
    `/twilio/call/${'A'.repeat(22)}/-1`,
    `/twilio/call/${'A'.repeat(5000)}/0`,
  ]) {
    it(`refuses ${path.slice(0, 50)}`, async () => {
      const sent = await send(path, form())
      expect(sent.status).to.be.within(400, 499)
      expect(isOver).to.equal(false)
    })
  }

  it('counts a webhook once: the second time it has ended, and the call goes on', async () => {
    expect((await send(turn(0), form())).body).to.include('<Gather')
    await expectNothingHappened(await send(turn(0), form()), 200)
    expect((await send(turn(1), form({ Digits: '0' }))).body).to.include('<Gather')
    await expectNothingHappened(await send(turn(1), form({ Digits: '0' })), 200)
    await expectNothingHappened(await send(turn(1), form({ Digits: '#' })), 200)
    expect((await send(turn(2), form({ Digits: '#' }))).body).to.include('<Hangup/>')
    expect(await prompt).to.deep.equal({ kind: 'fraud' })
  })

  it('counts one of two that come at the same moment', async () => {
    await send(turn(0), form())
    const sent = await Promise.all([
      send(turn(1), form({ Digits: '#' })),
      send(turn(1), form({ Digits: '#' })),
    ])
    const closings = sent.filter(({ body }) => body.includes(texts.text('call-approved', 'en')))
    expect(closings).to.have.length(1)
  })

  it('takes no answer to a question that was not asked yet', async () => {
    await expectNothingHappened(await send(turn(1), form({ Digits: '#' })), 200)
    await expectHonestCall()
  })

  for (const digits of ['##', '#'.repeat(100), '＃', '23', 'hash', ' #']) {
    it(`takes "${digits.slice(0, 8)}" for no #`, async () => {
      await send(turn(0), form())
      expect((await send(turn(1), form({ Digits: digits }))).body).to.include('<Gather')
      expect(isOver).to.equal(false)
    })
  }

  it('does not approve by a captured # that is sent again after the end, or for the next call', async () => {
    await send(turn(0), form())
    const captured = signed(turn(1), form({ Digits: '#' }))
    await post(lab.address, turn(1), ...captured)
    await prompt
    const again = await post(lab.address, turn(1), ...captured)
    expect(again).to.deep.include({ status: 200 })
    expect(again.body).to.include(endedText)

    const cancel = new AbortController()
    const ids: string[] = []
    const next = lab.prompt({ signal: cancel.signal, onProviderId: (id) => void ids.push(id) })
    await until(() => ids.length === 1)
    expect((await post(lab.address, turn(1), ...captured)).body).to.include(endedText)
    cancel.abort()
    expect(await next).to.deep.equal({ kind: 'timeout' })
  })

  it('lets no one change the result once it is known', async () => {
    await send(turn(0), form())
    await send(turn(1), form({ Digits: '#' }))
    const late = await send(`/twilio/status/${token}`, form({ CallStatus: 'failed' }))
    expect(late.body).to.include(endedText)
    expect(await prompt).to.deep.equal({ kind: 'approved', byMachine: false })
  })

  it('takes no status that does not end one', async () => {
    for (const status of ['ringing', 'in-progress', 'queued', 'approved', '']) {
      const sent = await send(`/twilio/status/${token}`, form({ CallStatus: status }))
      await expectNothingHappened(sent, 200)
    }
    await expectHonestCall()
  })

  it('refuses a field that comes twice, no form, too much, and other methods', async () => {
    const [body, headers] = signed(turn(0), form())
    expect((await post(lab.address, turn(0), `${body}&CallSid=x`, headers)).status).to.equal(400)
    expect((await post(lab.address, turn(0), '', headers)).status).to.equal(403)
    expect((await post(lab.address, turn(0), 'x'.repeat(20_000), headers)).status).to.equal(413)
    const json = { ...headers, 'content-type': 'application/json' }
    expect((await post(lab.address, turn(0), '[', json)).status).to.equal(400)
    expect((await post(lab.address, turn(0), 'null', json)).status).to.equal(400)
    expect((await fetch(lab.address + turn(0))).status).to.equal(404)
    expect(isOver).to.equal(false)
    await expectHonestCall()
  })

  it('finds the call among several accounts, and among the settings before and after a reload', async () => {
    const before = lab.delivery.webhooks
    const { webhooks: after } = await createTwilioDelivery(lab.options, systemClock)
    const otherToken = { ...lab.options, authToken: new Secret('f'.repeat(32)) }
    const { webhooks: other } = await createTwilioDelivery(otherToken, systemClock)
    if (!before || !after || !other) throw new Error('no webhooks')
    const ask = (path: string, ...handlers: [WebhookHandler, ...WebhookHandler[]]) =>
      joinWebhooks(() => handlers)({
        path,
        signature: lab.standIn.sign(publicUrl + path, form()),
        form: form(),
      })
    expect(await ask(turn(0), other)).to.include({ status: 403, isKnown: false })
    expect(await ask(turn(0), after, other)).to.include({ status: 200, isKnown: false })
    expect(await ask(turn(0), other, after)).to.include({ status: 200, isKnown: false })
    expect((await ask(turn(0), after, other, before)).body).to.include('<Gather')
    expect((await ask(turn(1), before, other)).body).to.include('<Gather')
  })

  it('after a restart ends the call that rings, and its webhooks reach no call', async () => {
    const reborn = await createTwilioDelivery(lab.options, systemClock)
    if (reborn.webhooks === undefined) throw new Error('no webhooks')
    const listener = await createHttpServer({
      listen: { host: '127.0.0.1', port: 0 },
      plugins: [twilioWebhookPlugin(reborn.webhooks)],
    })
    const { port } = await listener.start()
    const sent = await post(`http://127.0.0.1:${port}`, turn(0), ...signed(turn(0), form()))
    expect(sent.body).to.include(endedText).and.include('<Hangup/>')

    const method = createCallMethod({
      calls: reborn.calls,
      texts,
      clock: systemClock,
      backup: true,
    })
    await method.endOrphan(callSid)
    expect(lab.standIn.calls.get(callSid)?.status).to.equal('completed')
    await method.endOrphan(callSid)
    await method.endOrphan('CA-never')
    expect(lab.standIn.requests.filter(({ name }) => name === 'POST Calls')).to.have.length(1)
    await listener.stop()
  })
})
