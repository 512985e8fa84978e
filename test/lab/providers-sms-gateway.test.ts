import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { createTexts } from '../../src/texts/index.ts'
import { type ProvidersApp, peopleOf, startApp, stopAll, textOf, toStop } from './providers-lab.ts'
import { gatewayConfig, type Settings } from './service-config.ts'

const texts = createTexts({ defaultLanguage: 'en' })
const label = 'Köln "Büro" & <Söhne> 100% {to}'
const wording = 'Code {code}\nfor {gateway} \\ 🔐 +=?#'
const ann = '+31610000001'

type Received = {
  readonly url: string
  readonly authorization: string | undefined
  readonly body: string
}
/** What the provider answers next: `silence` never does. */
type Answer = { readonly status: number; readonly body: string } | 'silence'

/** An SMS provider, which keeps what it got. Used-up answers are followed by `fine`. */
async function startProvider() {
  const received: Received[] = []
  const answers: Answer[] = []
  const fine: Answer = { status: 200, body: '{"status":"queued"}' }
  const server = createServer(async (request, response) => {
    let body = ''
    request.setEncoding('utf8')
    for await (const chunk of request) body += String(chunk)
    const { authorization } = request.headers
    received.push({ url: request.url ?? '', authorization, body })
    const answer = answers.shift() ?? fine
    if (answer !== 'silence') response.writeHead(answer.status).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return toStop({
    received,
    answers,
    url: `http://127.0.0.1:${port}/send?from=Holdfast&token={secret}`,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

describe('texts through any HTTP gateway, from the packet to the reply', function () {
  this.timeout(600_000)
  afterEach(stopAll)

  async function start(delivery: Settings): Promise<{
    app: ProvidersApp
    provider: Awaited<ReturnType<typeof startProvider>>
  }> {
    const provider = await startProvider()
    const app = await startApp(undefined, {
      ...peopleOf({ ann }),
      webhooks: undefined,
      gateways: { text: gatewayConfig('text', { flow: 'challenge', label }) },
      texts: { en: { 'sms-code': wording } },
      delivery: {
        provider: {
          ...{ type: 'http', url: provider.url, secret: 's&cret "1"', timeout: '10s' },
          ...delivery,
        },
      },
      methods: { sms: { via: 'provider' } },
    })
    return { app, provider }
  }
  const signIn = { user: 'ann', nas: 'text', device: '192.0.2.7' }
  const json = {
    headers: { 'content-type': 'application/json', authorization: 'Bearer {secret}' },
    body: '{"to":"{to}","message":"{text}"}',
  }
  const form = {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'to={to_digits}&message={text}&key={secret}',
  }

  /** What a text must say, with the code that it has. */
  function expectWording(said: string): string {
    const code = /^Code (\d{6})\n/.exec(said)?.[1] ?? ''
    // A value that looks like a place stays as it is.
    expect(said).to.equal(wording.replace('{code}', code).replace('{gateway}', () => label))
    return code
  }

  it('say in JSON what they should, character by character', async () => {
    const { app, provider } = await start(json)
    const asked = await app.gateway.signIn({ ...signIn, password: 'pw-ann' })
    const [request] = provider.received
    expect(request?.url).to.equal('/send?from=Holdfast&token=s%26cret%20%221%22')
    expect(request?.authorization).to.equal('Bearer s&cret "1"')
    const { to, message, ...rest } = JSON.parse(request?.body ?? '')
    expect(rest).to.deep.equal({})
    expect(to).to.equal(ann)
    const code = expectWording(message)
    const typed = { ...signIn, password: code, ...(asked?.state && { state: asked.state }) }
    expect((await app.gateway.signIn(typed))?.kind).to.equal('accept')
  })

  it('say the same in a form', async () => {
    const { app, provider } = await start(form)
    const asked = await app.gateway.signIn({ ...signIn, password: 'pw-ann' })
    const fields = [...new URLSearchParams(provider.received[0]?.body)]
    expect(fields.map(([name]) => name)).to.deep.equal(['to', 'message', 'key'])
    const { to, message = '', key } = Object.fromEntries(fields)
    expect([to, key]).to.deep.equal([ann.slice(1), 's&cret "1"'])
    const code = expectWording(message)
    const typed = { ...signIn, password: code, ...(asked?.state && { state: asked.state }) }
    expect((await app.gateway.signIn(typed))?.kind).to.equal('accept')
  })

  const success = { ...json, success: '"status":"(queued|sent)"' }
  const down: Answer = { status: 500, body: 'oops' }
  const outcomes: readonly (readonly [
    string,
    readonly Answer[],
    requests: number,
    failure?: { readonly outage: boolean; readonly detail: RegExp },
  ])[] = [
    ['an answer that fits success', [{ status: 200, body: '{"status":"sent"}' }], 1],
    [
      'an answer that does not',
      [{ status: 200, body: '{"status":"no credit"}' }],
      1,
      { outage: false, detail: /success/ },
    ],
    ['one error', [down], 2],
    ['two errors', [down, down], 2, { outage: true, detail: /500/ }],
    ['a refusal', [{ status: 403, body: '' }], 1, { outage: false, detail: /403/ }],
    ['a limit', [{ status: 429, body: '' }], 1, { outage: false, detail: /429/ }],
    ['no answer twice', ['silence', 'silence'], 2, { outage: true, detail: /in time/ }],
  ]
  for (const [what, answers, requests, failure] of outcomes) {
    it(`${failure === undefined ? 'count as sent' : 'fail'} on ${what}`, async () => {
      const isSilent = answers.includes('silence')
      const { app, provider } = await start({ ...success, ...(isSilent && { timeout: '1s' }) })
      provider.answers.push(...answers)
      const reply = await app.gateway.signIn({ ...signIn, password: 'pw-ann' })
      expect(provider.received).to.have.length(requests)
      if (failure === undefined) {
        expect(reply?.kind).to.equal('challenge')
        return
      }
      expect(textOf(reply)).to.equal(texts.text('prompt-failed', 'en'))
      const { timeline } = await app.lastSignIn('ann', 'prompt-failed')
      const detail = timeline.find((entry) => entry.what === 'provider-failed')?.detail
      expect(detail?.outage).to.equal(failure.outage)
      expect(detail?.detail).to.match(failure.detail)
      expect(JSON.stringify([app.log, timeline])).to.not.contain('s&cret')
    })
  }
})
