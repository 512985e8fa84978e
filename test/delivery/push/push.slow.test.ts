import { createServer as createPlainServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect } from 'chai'
import { createPushDelivery, type PushOptions } from '../../../src/delivery/index.ts'
import { type Prefix, parsePrefix, systemClock } from '../../../src/support/index.ts'
import { type PushServiceLab, startPushService } from '../../support/push-service.ts'

const signal = new AbortController().signal
const loopback = parsePrefix('127.0.0.0/8') as Prefix
const key = Buffer.alloc(32, 9)

describe('a notification to a push service', () => {
  let lab: PushServiceLab

  before(async () => {
    lab = await startPushService()
  })
  beforeEach(() => {
    lab.answers.splice(0)
  })
  after(() => lab.stop())

  const serviceOf = (addresses: readonly Prefix[]) => ({
    ...{ host: 'localhost', port: lab.port, addresses, ca: [lab.ca] },
  })
  const create = (more: Partial<PushOptions> = {}) =>
    createPushDelivery(
      {
        ...{ key, contact: 'mailto:mfa@example.com', services: [serviceOf([loopback])] },
        ...more,
      },
      systemClock,
    )
  const message = () => ({
    ...{ subscription: lab.subscribe(), text: '{"web_push":8030}', ttlSeconds: 75 },
    topic: 'AAAAAAAAAAAAAAAAAAAAAA',
  })

  it('arrives encrypted for the browser and signed by our key, with its time and its topic', async () => {
    const push = create()
    const sent = message()
    expect(await push.send(sent, signal)).to.deep.equal({
      ...{ kind: 'accepted', service: 'localhost', answer: '201' },
    })
    const { headers, signed, text } = lab.arrived.at(-1) ?? expect.fail()
    expect(text).to.equal(sent.text)
    expect(headers).to.include({ ttl: '75', urgency: 'high', topic: sent.topic })
    expect(headers['content-encoding']).to.equal('aes128gcm')
    expect(headers.authorization).to.include(
      `k=${Buffer.from(push.publicKey).toString('base64url')}`,
    )
    expect(signed).to.include({
      ...{ aud: `https://localhost:${lab.port}`, sub: 'mailto:mfa@example.com' },
    })
  })

  for (const [status, kind] of [
    [201, 'accepted'],
    [200, 'accepted'],
    [301, 'refused'],
    [400, 'refused'],
    [401, 'refused'],
    [403, 'refused'],
    [404, 'gone'],
    [410, 'gone'],
    [413, 'later'],
    [429, 'later'],
    [500, 'later'],
    [503, 'later'],
  ] as const) {
    it(`takes the answer ${status} for ${kind}, whatever it says`, async () => {
      const push = create()
      lab.answers.push({ status, body: 'x'.repeat(100_000), headers: { location: '/elsewhere' } })
      const before = lab.arrived.length
      expect(await push.send(message(), signal)).to.deep.include({ kind, answer: String(status) })
      expect(lab.arrived.length - before, 'no redirect is followed').to.equal(1)
    })
  }

  it('knows how long it is asked to wait, in seconds or until a moment', async () => {
    const push = create()
    lab.answers.push({ status: 429, headers: { 'retry-after': '7' } })
    expect(await push.send(message(), signal)).to.include({ retryAfterMs: 7_000 })
    lab.answers.push({ status: 503, headers: { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' } })
    expect(await push.send(message(), signal)).to.include({ retryAfterMs: 0 })
    lab.answers.push({ status: 503, headers: { 'retry-after': 'soon' } })
    expect(await push.send(message(), signal)).not.to.have.property('retryAfterMs')
  })

  it('never goes to a name on the list that leads inside (PEOPLE R15)', async () => {
    const push = create({ services: [serviceOf([])] })
    const before = lab.arrived.length
    expect(await push.send(message(), signal)).to.deep.equal({
      ...{ kind: 'later', service: 'localhost', answer: 'EADDRPRIVATE' },
    })
    expect(lab.arrived.length).to.equal(before)
  })

  it('looks the name up again each time: the first answer may have been another one', async () => {
    const answers = ['127.0.0.1', '10.0.0.1']
    const push = create({
      resolve: (_host, _options, callback) =>
        callback(null, [{ address: answers.shift() ?? '', family: 4 }]),
    })
    expect(await push.send(message(), signal)).to.include({ kind: 'accepted' })
    expect(await push.send(message(), signal)).to.include({ answer: 'EADDRPRIVATE' })
  })

  it('goes to no host that is not on the list (any more)', async () => {
    const push = create({ services: [] })
    const before = lab.arrived.length
    const { subscription } = message()
    expect(push.mayReach(subscription.endpoint)).to.equal(false)
    expect(await push.send(message(), signal)).to.include({ answer: 'not-on-the-list' })
    expect(lab.arrived.length).to.equal(before)
  })

  it('believes no certificate that its authorities have not signed', async () => {
    const { ca: _, ...service } = serviceOf([loopback])
    const push = create({ services: [service] })
    const { answer, kind } = await push.send(message(), signal)
    expect(kind).to.equal('later')
    expect(answer).to.match(/^(?:SELF_SIGNED|UNABLE_TO|DEPTH_ZERO)/)
  })

  it('waits no longer than its time, and not at all once it is called off', async () => {
    lab.answers.push('silence')
    const push = create({ timeoutMs: 300 })
    expect(await push.send(message(), signal)).to.include({ kind: 'later', answer: 'no-answer' })
    expect(await push.send(message(), AbortSignal.abort())).to.include({ answer: 'given-up' })
  })

  it('goes through the proxy of the file, which looks the name up', async () => {
    const asked: string[] = []
    const proxy = createPlainServer()
    proxy.on('connect', ({ url = '' }, browser) => {
      asked.push(url)
      const through = connect(lab.port, '127.0.0.1', () => {
        browser.write('HTTP/1.1 200 Connection established\r\n\r\n')
        browser.pipe(through).pipe(browser)
      })
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const { port } = proxy.address() as AddressInfo
    const push = create({
      ...{ proxy: `http://127.0.0.1:${port}`, services: [serviceOf([])] },
    })
    expect(await push.send(message(), signal)).to.include({ kind: 'accepted' })
    expect(asked).to.deep.equal([`localhost:${lab.port}`])
    proxy.closeAllConnections()
    proxy.close()
  })
})
