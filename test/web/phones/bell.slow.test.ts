import { createECDH } from 'node:crypto'
import { expect } from 'chai'
import type { PushSubscription } from '../../../src/accounts/index.ts'
import { createPhoneJudge } from '../../../src/methods/index.ts'
import { createKeyring, openStore, type Store } from '../../../src/store/index.ts'
import { systemClock } from '../../../src/support/index.ts'
import { createHttpServer, type HttpServer, portalPlugin } from '../../../src/web/index.ts'
import { phoneRoutes } from '../../../src/web/phones/routes.ts'
import { createFolder, masterKey } from '../../store/stores.ts'
import { createSoftwarePhone, type SoftwarePhone } from '../../support/software-phone.ts'
import { ask } from '../people/ask.ts'
import { partsFor } from '../people/portal-lab.ts'

const publicUrl = 'https://mfa.example.com'
const userKey = 'local:alice'

const p256dh = new Uint8Array(createECDH('prime256v1').generateKeys())
const place = (name: string): PushSubscription => ({
  endpoint: `https://push.example/${name}`,
  p256dh,
  auth: new Uint8Array(16).fill(5),
})

describe('where a phone gets its notifications, at the portal', () => {
  const folder = createFolder()
  let store: Store
  let server: HttpServer
  let port = 0
  let sends = true
  const alices = createSoftwarePhone()
  const thiefs = createSoftwarePhone()
  let alice = ''
  let thief = ''

  before(async () => {
    store = await openStore({
      file: `${folder.path}/store.db`,
      keyring: createKeyring({ current: masterKey }),
      node: 'lab',
    })
    const { authenticators } = store
    const add = async (phone: SoftwarePhone, key: string) => {
      const { publicKey } = phone
      return (await authenticators.add({ method: 'push', userKey: key, label: '', publicKey })).id
    }
    alice = await add(alices, userKey)
    thief = await add(thiefs, 'local:mallory')
    const unasked = () => {
      throw new Error('not asked here')
    }
    server = await createHttpServer({
      ...{ listen: { host: '127.0.0.1', port: 0 }, publicUrl },
      plugins: [
        portalPlugin(partsFor(publicUrl, store), {
          pages: folder.path,
          routes: [
            phoneRoutes({
              prompts: unasked,
              phones: createPhoneJudge({
                accounts: store.accounts,
                authenticators,
                clock: systemClock,
              }),
              pairings: { claim: unasked, ask: unasked },
              receipts: { take: unasked, answered: unasked },
              pauses: { list: unasked, end: unasked },
              changes: { list: unasked, report: unasked },
              bells: () =>
                sends
                  ? {
                      key: new Uint8Array(65).fill(4),
                      mayReach: (endpoint) => endpoint.startsWith('https://push.example/'),
                    }
                  : undefined,
              subscribe: authenticators.subscribePhone,
              isPhoneKey: () => true,
              clock: systemClock,
              placeOf: () => undefined,
            }),
          ],
        }),
      ],
    })
    port = (await server.start()).port
  })
  beforeEach(async () => {
    sends = true
    await store.authenticators.subscribePhone(alice, place('hers'))
  })
  after(async () => {
    await server.stop()
    await store.close()
    folder.remove()
  })

  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

  type Said = {
    readonly id?: string
    readonly by?: SoftwarePhone
    readonly atMs?: number
    readonly subscription?: PushSubscription
    /** What is signed, where that is something else. */
    readonly signed?: PushSubscription
    readonly label?: string
  }

  async function say(said: Said): Promise<Record<string, unknown>> {
    const { id = alice, by = alices, atMs = Date.now(), subscription } = said
    const { label = 'holdfast: notifications of this phone', signed = subscription } = said
    const facts = [label, id, atMs, signed?.endpoint ?? '']
    const keys = signed === undefined ? ['', ''] : [text(signed.p256dh), text(signed.auth)]
    const signature = text(by.sign(Buffer.from(JSON.stringify([...facts, ...keys]))))
    const body = {
      ...{ phone: id, atMs, signature },
      ...(subscription === undefined
        ? {}
        : {
            subscription: {
              endpoint: subscription.endpoint,
              p256dh: text(subscription.p256dh),
              auth: text(subscription.auth),
            },
          }),
    }
    const headers = {
      ...{ host: 'mfa.example.com', origin: publicUrl, 'content-type': 'application/json' },
    }
    const answer = await ask(port, 'POST', '/api/phone/bell', headers, JSON.stringify(body))
    expect(answer.status, answer.body).to.equal(200)
    return JSON.parse(answer.body)
  }

  const kept = async (id = alice) => (await store.authenticators.findPhone(id))?.subscription

  it('is what the phone has signed', async () => {
    const answer = await say({ subscription: place('new') })
    expect(answer).to.deep.equal({
      ...{ step: 'known', state: 'kept', key: text(new Uint8Array(65).fill(4)) },
    })
    expect(await kept()).to.deep.equal(place('new'))
    expect(await say({ subscription: place('new') })).to.include({ state: 'kept' })
  })

  it('ends where the browser has none any more', async () => {
    expect(await say({})).to.include({ state: 'none' })
    expect(await kept()).to.equal(undefined)
  })

  it('is told to have ended at the push service, until there is another', async () => {
    await store.authenticators.endSubscription(alice, place('hers').endpoint, 1)
    expect(await say({})).to.include({ state: 'none', lost: true })
    expect(await say({ subscription: place('again') })).to.include({ state: 'kept' })
    expect(await say({ subscription: place('again') })).not.to.have.property('lost')
  })

  for (const [attack, said] of [
    ['the key of another phone', () => ({ by: thiefs })],
    ['a signature over another place', () => ({ signed: place('other') })],
    ['a signature that was for something else', () => ({ label: 'holdfast: what waits' })],
    ['a signature of half an hour ago', () => ({ atMs: Date.now() - 1_800_000 })],
    ['no phone at all', () => ({ id: 'nobody' })],
  ] as const) {
    it(`does not change by ${attack} (PEOPLE R14)`, async () => {
      const answer = await say({ subscription: place('thiefs'), ...said() })
      expect(answer.step).to.be.oneOf(['unknown', 'clock'])
      expect(await kept()).to.deep.equal(place('hers'))
    })
  }

  it('belongs to one phone: someone else’s cannot take it (PEOPLE R14)', async () => {
    const answer = await say({ id: thief, by: thiefs, subscription: place('hers') })
    expect(answer).to.include({ state: 'taken' })
    expect(await kept()).to.deep.equal(place('hers'))
    expect(await kept(thief)).to.equal(undefined)
  })

  it('is a service that something is sent to (PEOPLE R15)', async () => {
    for (const endpoint of ['https://127.0.0.1:9200/_search', 'https://evil.example/x', '']) {
      const answer = await say({ subscription: { ...place('x'), endpoint } })
      expect(answer).to.include({ state: 'refused' })
    }
    const noPoint = new Uint8Array(65).fill(4)
    for (const broken of [
      { p256dh: p256dh.subarray(1) },
      { p256dh: noPoint },
      { auth: new Uint8Array(17) },
    ]) {
      const answer = await say({ subscription: { ...place('x'), ...broken } })
      expect(answer).to.include({ state: 'refused' })
    }
    expect(await kept()).to.deep.equal(place('hers'))
  })

  it('is nowhere while phones get none', async () => {
    sends = false
    const answer = await say({ subscription: place('new') })
    expect(answer).to.deep.equal({ step: 'known', state: 'refused' })
  })

  it('comes with an app for the Home Screen, which has the name of the company', async () => {
    const headers = { host: 'mfa.example.com' }
    const answer = await ask(port, 'GET', '/manifest.webmanifest', headers)
    expect(answer.headers['content-type']).to.include('application/manifest+json')
    expect(JSON.parse(answer.body)).to.deep.include({
      ...{ name: 'Example', start_url: '/phone', display: 'standalone', scope: '/' },
    })
  })
})
