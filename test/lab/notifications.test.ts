import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { CheckRow } from '../../src/operations/index.ts'
import { createKeyring, openStore } from '../../src/store/index.ts'
import { type PushServiceLab, startPushService } from '../support/push-service.ts'
import { createSoftwarePhone } from '../support/software-phone.ts'
import { holdfast } from './cli.ts'
import { openGateway, type TestGateway } from './gateway.ts'
import { type Service, startService } from './service.ts'
import {
  administer,
  gatewayConfig,
  lastingConfig,
  type Place,
  sealingKey,
} from './service-config.ts'

/** The service as a process of its own, a push service that stands in for the one of her browser, and alice's phone. */
describe('notifications of a service', function () {
  this.timeout(600_000)
  this.slow(5_000)
  const phone = createSoftwarePhone()
  let push: PushServiceLab
  let service: Service
  let gateway: TestGateway
  let phoneId = ''

  const yaml = (place: Place) => {
    const caFile = join(place.folder, 'push-ca.pem')
    writeFileSync(caFile, push.ca)
    const config = lastingConfig(place)
    const listen = `127.0.0.1:${place.httpPort}`
    return JSON.stringify({
      ...config,
      web: { people: { listen, public_url: `http://localhost:${place.httpPort}` } },
      gateways: { vpn: gatewayConfig('vpn', { flow: 'challenge', methods: ['push', 'totp'] }) },
      methods: {
        ...(config.methods as object),
        push: {
          contact: 'mfa@example.com',
          services: [
            {
              ...{ host: 'localhost', port: push.port, addresses: ['127.0.0.0/8'] },
              ca_file: caFile,
            },
          ],
        },
      },
    })
  }

  /** Between two runs of the service. */
  async function enrolPhone(): Promise<string> {
    const store = await openStore({
      file: join(service.folder, 'store', 'holdfast.db'),
      keyring: createKeyring({ current: Buffer.from(sealingKey, 'base64') }),
      node: 'test',
    })
    const userKey = 'people:alice'
    const { publicKey } = phone
    const added = await store.authenticators.add({ method: 'push', userKey, label: '', publicKey })
    await store.authenticators.subscribePhone(added.id, push.subscribe())
    await store.close()
    return added.id
  }

  before(async () => {
    push = await startPushService()
    service = await startService(yaml)
    await service.stop()
    phoneId = await enrolPhone()
    service = await startService(yaml, service)
    gateway = await openGateway(service)
  })
  after(async () => {
    gateway?.close()
    await service?.stop()
    await push?.stop()
  })

  const ask = (password: string, state?: Uint8Array) =>
    gateway.signIn(
      {
        ...{ user: 'alice', password, nas: 'vpn', device: '203.0.113.7' },
        ...(state === undefined ? {} : { state }),
      },
      30_000,
    )

  async function begin() {
    const asked = await ask('wonderland')
    const number = /number is (\d\d)/.exec(asked?.message ?? '')?.[1]
    if (asked === undefined || number === undefined) return expect.fail(JSON.stringify(asked))
    return { number, asked }
  }

  async function post(path: string, body: object): Promise<Record<string, unknown>> {
    const origin = `http://localhost:${service.httpPort}`
    const answer = await fetch(`${origin}/api/phone/${path}`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return (await answer.json()) as Record<string, unknown>
  }

  const otherThan = (number: string) => String((Number(number) + 1) % 100).padStart(2, '0')
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

  async function approve(prompt: string, number: string) {
    const hello = phone.hello(phoneId, Date.now())
    const said = { ...hello, signature: text(hello.signature), prompt, answer: 'approve' }
    const { challenge } = await post('begin', said)
    const signature = text(phone.answer(String(challenge), number))
    return await post('answer', { phone: phoneId, prompt, challenge, number, signature })
  }

  async function lost(): Promise<unknown> {
    const atMs = Date.now()
    const facts = ['holdfast: notifications of this phone', phoneId, atMs, '', '', '']
    const signature = text(phone.sign(Buffer.from(JSON.stringify(facts))))
    return (await post('bell', { phone: phoneId, atMs, signature })).lost
  }

  const checkRows = async () => {
    const [rows] = (await administer(service, [['check', {}]])) as readonly CheckRow[][]
    return (rows ?? []).filter(({ what }) => /notifications|push service localhost/.test(what))
  }

  it('ring the phone, whose answer to the prompt lets the gateway’s sign-in in', async () => {
    const { number, asked } = await begin()
    const { headers, signed, text: payload } = await push.waitFor(1)
    const { notification } = JSON.parse(payload)
    expect(headers.topic).to.equal(notification.tag)
    expect(signed).to.include({ sub: 'mailto:mfa@example.com' })
    expect(await approve(notification.tag, number)).to.deep.equal({ answered: 'approved' })
    expect((await ask('', asked.state))?.kind).to.equal('accept')
  })

  it('go on with the same key after a restart', async () => {
    const { headers } = push.prompts()[0] ?? expect.fail()
    const keyOf = (authorization = '') => authorization.split('k=')[1]
    gateway.close()
    await service.stop()
    service = await startService(yaml, service)
    gateway = await openGateway(service)
    const { number, asked } = await begin()
    const next = await push.waitFor(2)
    expect(keyOf(next.headers.authorization)).to.equal(keyOf(headers.authorization))
    await approve(JSON.parse(next.text).notification.tag, number)
    expect((await ask('', asked.state))?.kind).to.equal('accept')
  })

  it('that were refused for our key are told to administrators, and the sign-in goes on', async () => {
    push.answers.push({ status: 403 })
    const { number, asked } = await begin()
    const { text: payload } = await push.waitFor(3)
    await service.printed(/the push service localhost did not take a notification: 403/)
    await approve(JSON.parse(payload).notification.tag, number)
    expect((await ask('', asked.state))?.kind).to.equal('accept')
    const [alerts] = await administer(service, [['audit.search', { limit: 20 }]])
    expect(JSON.stringify(alerts)).to.include('push-refused')
    expect(await checkRows()).to.deep.include({
      ...{ area: 'method', what: 'push service localhost', state: 'warning' },
      detail: 'did not take 1 notification in the last day: 403',
      remedy: 'Check the clock of this server and methods.push.contact.',
    })
  })

  it('whose push service knows the phone no more end, and the person is told at the next visit', async () => {
    push.answers.push({ status: 410 })
    const { number, asked } = await begin()
    const { text: payload } = await push.waitFor(4)
    await approve(JSON.parse(payload).notification.tag, otherThan(number))
    expect((await ask('', asked.state))?.kind).to.equal('reject')
    expect(await lost()).to.equal(true)
    const rows = await checkRows()
    expect(rows.find(({ what }) => what === 'notifications')?.detail).to.equal(
      '1 phone, 0 with notifications; 1 lost theirs, and get them again when their page is opened',
    )
    const socket = ['--socket', join(service.folder, 'admin.sock')]
    const { stdout } = await holdfast(['why', 'alice', ...socket])
    expect(stdout).to.include('could not send a notification to the phone: localhost said 410')
  })

  it('ring no phone that has none, and say so', async () => {
    const { number } = await begin()
    const hello = phone.hello(phoneId, Date.now())
    const shown = await post('prompt', { ...hello, signature: text(hello.signature) })
    const { id } = shown.prompt as { readonly id: string }
    await approve(id, otherThan(number))
    expect(push.prompts()).to.have.length(4)
  })
})
