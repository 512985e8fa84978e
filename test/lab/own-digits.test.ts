import { join } from 'node:path'
import { expect } from 'chai'
import { createKeyring, openStore } from '../../src/store/index.ts'
import { createSoftwarePhone } from '../support/software-phone.ts'
import { holdfast } from './cli.ts'
import { signInByEapol, writeServerCertificate } from './eapol.ts'
import { openGateway, type TestGateway } from './gateway.ts'
import { needProgram } from './need.ts'
import { type Service, startService } from './service.ts'
import { gatewayConfig, lastingConfig, type Place, sealingKey } from './service-config.ts'

/** The service as a process of its own, a gateway that shows no text, and alice's phone. */
describe('digits of the person’s own, at a service', function () {
  this.timeout(600_000)
  this.slow(5_000)
  const phone = createSoftwarePhone()
  let service: Service
  let gateway: TestGateway
  let phoneId = ''

  const yaml = (place: Place) => {
    const mute = {
      flow: 'auto',
      challenges: false,
      methods: ['push', 'totp'],
      person_specific_device: true,
    }
    const listen = `127.0.0.1:${place.httpPort}`
    return JSON.stringify({
      ...lastingConfig(place),
      web: { people: { listen, public_url: `http://localhost:${place.httpPort}` } },
      gateways: {
        vpn: gatewayConfig('vpn', { ...mute, patience: '30s' }),
        brief: gatewayConfig('brief', { ...mute, patience: '4s', margin: '1s' }),
        wifi: gatewayConfig('wifi', { ...mute, challenges: true, eap: { methods: ['ttls'] } }),
      },
      eap: writeServerCertificate(place.folder),
    })
  }

  /** Between two runs of the service. */
  async function enrolPhone(): Promise<string> {
    const store = await openStore({
      file: join(service.folder, 'store', 'holdfast.db'),
      keyring: createKeyring({ current: Buffer.from(sealingKey, 'base64') }),
      node: 'test',
    })
    const { publicKey } = phone
    const { id } = await store.authenticators.add({
      ...{ method: 'push', userKey: 'people:alice', label: 'Pixel', publicKey },
    })
    await store.close()
    return id
  }

  before(async () => {
    service = await startService(yaml)
    await service.stop()
    phoneId = await enrolPhone()
    service = await startService(yaml, service)
    gateway = await openGateway(service)
  })
  after(async () => {
    gateway?.close()
    await service?.stop()
  })

  const ask = (digits: string, nas = 'vpn') =>
    gateway.signIn(
      { user: 'alice', password: `wonderland,${digits}`, nas, device: '203.0.113.7' },
      40_000,
    )

  async function post(path: string, body: object): Promise<Record<string, unknown>> {
    const origin = `http://localhost:${service.httpPort}`
    const answer = await fetch(`${origin}/api/phone/${path}`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return (await answer.json()) as Record<string, unknown>
  }

  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
  function hello() {
    const said = phone.hello(phoneId, Date.now())
    return { ...said, signature: text(said.signature) }
  }

  type Shown = { readonly id: string; readonly digits: number; readonly isOwn: boolean }
  /** What her phone shows, once it is there. */
  async function waits(): Promise<Shown> {
    for (;;) {
      const { prompt } = await post('prompt', hello())
      if (prompt !== undefined) return prompt as Shown
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  async function approve(prompt: string, number: string) {
    const { challenge } = await post('begin', { ...hello(), prompt, answer: 'approve' })
    if (challenge === undefined) return { answered: 'ended' }
    const signature = text(phone.answer(String(challenge), number))
    return await post('answer', { phone: phoneId, prompt, challenge, number, signature })
  }

  it('let the held request in', async () => {
    const held = ask('42')
    const prompt = await waits()
    expect(prompt).to.include({ digits: 2, isOwn: true })
    expect(JSON.stringify(prompt)).not.to.include('"42"')
    expect(await approve(prompt.id, '42')).to.deep.equal({ answered: 'approved' })
    expect((await held)?.kind).to.equal('accept')
  })

  it('that come after the Reject let the second try in, with the same ones', async () => {
    const held = ask('43', 'brief')
    const { id } = await waits()
    expect((await held)?.kind).to.equal('reject')
    expect(await approve(id, '43')).to.deep.equal({ answered: 'sign-in-again' })
    expect((await ask('43', 'brief'))?.kind).to.equal('accept')
  })

  it('go inside TTLS as well, where the password is sent by PAP', async function () {
    needProgram('eapol_test', this)
    const held = signInByEapol({
      ...{ port: service.port, gateway: 'wifi', more: ['-M', '02:00:00:00:02:01'] },
      network: {
        ...{ eap: 'TTLS', identity: 'alice', anonymous_identity: 'anonymous' },
        ...{ password: 'wonderland,47', phase2: 'auth=PAP' },
        ca_cert: join(service.folder, 'ca.pem'),
      },
    })
    const { id } = await waits()
    expect(await approve(id, '47')).to.deep.equal({ answered: 'approved' })
    const { isAccepted, output } = await held
    expect(isAccepted, output).to.equal(true)
  })

  it('that are others refuse, and why tells it', async () => {
    const held = ask('46')
    const { id } = await waits()
    expect(await approve(id, '64')).to.deep.equal({ answered: 'wrong-number' })
    expect((await held)?.kind).to.equal('reject')
    const socket = ['--socket', join(service.folder, 'admin.sock')]
    const { stdout } = await holdfast(['why', 'alice', ...socket])
    expect(stdout)
      .to.include('read as digits of the person’s own')
      .and.include(`another number was typed on "Pixel" (${phoneId})`)
  })

  it('are gone with a process that dies: no one is asked again at once, and the phone approves nothing', async () => {
    void ask('44', 'brief')
    const { id } = await waits()
    // Its row in the audit comes after that of the prompt.
    expect((await ask('45', 'brief'))?.kind).to.equal('reject')
    await service.stop('SIGKILL')
    gateway.close()
    service = await startService(yaml, service)
    gateway = await openGateway(service)
    expect(await approve(id, '44')).to.deep.equal({ answered: 'ended' })
    const again = await ask('44', 'brief')
    expect(again?.kind).to.equal('reject')
    expect(again?.message).to.include('interrupted')
  })
})
