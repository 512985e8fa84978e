import { expect } from 'chai'
import { attributeType, findAllAttributes, packetCode } from '../../src/radius/index.ts'
import { demoPhone } from './demo-phone.ts'
import { openGateway, type TestGateway, type TestReply, text } from './gateway.ts'
import { type Service, startService } from './service.ts'
import { codeOf, enrolApps, gatewayConfig, lastingConfig, seedOf } from './service-config.ts'

const hop = (value: string) => text(attributeType.ProxyState, value)
const hops = [hop('first'), hop('second, and longer'), hop('first')]

describe('a service on the wire', function () {
  this.timeout(600_000)
  let service: Service
  let gateway: TestGateway
  let phone: ReturnType<typeof demoPhone>

  before(async () => {
    service = await startService((place) => {
      const config = lastingConfig(place)
      return JSON.stringify({
        ...config,
        listen: [`127.0.0.1:${place.port}`, `[::1]:${place.port}`],
        gateways: {
          ...config.gateways,
          elsewhere: gatewayConfig('elsewhere', {
            nas_identifier: 'branch-*',
            flow: 'challenge',
          }),
        },
      })
    })
    await enrolApps(service, ['alice'])
    gateway = await openGateway(service)
    phone = demoPhone(service.httpPort)
  })
  after(async () => {
    gateway?.close()
    await service?.stop()
  })

  describe('each reply has Message-Authenticator first and Proxy-State as it came:', () => {
    const wrong = { user: 'alice', password: 'wrong,000000', nas: 'append' }
    const asking = { user: 'bob', password: 'builder', nas: 'text' }
    const replies: readonly (readonly [string, number, () => Promise<TestReply | undefined>])[] = [
      [
        'Access-Accept',
        packetCode.AccessAccept,
        () => {
          const password = `wonderland,${codeOf(seedOf('alice'))}`
          return gateway.signIn({ user: 'alice', password, nas: 'append', more: hops })
        },
      ],
      ['Access-Reject', packetCode.AccessReject, () => gateway.signIn({ ...wrong, more: hops })],
      [
        'Access-Challenge',
        packetCode.AccessChallenge,
        () => gateway.signIn({ ...asking, more: hops }),
      ],
      [
        'answer to Status-Server',
        packetCode.AccessAccept,
        () =>
          gateway.send(
            gateway.encode({
              code: packetCode.StatusServer,
              attributes: [text(attributeType.NasIdentifier, 'append'), ...hops],
            }),
          ),
      ],
    ]
    for (const [name, code, ask] of replies) {
      it(name, async () => {
        const reply = await ask()
        expect(reply?.packet.code).to.equal(code)
        const bytes = gateway.received.at(-1) ?? Buffer.alloc(0)
        expect([bytes[20], bytes[21]]).to.deep.equal([attributeType.MessageAuthenticator, 18])
        const states = reply && findAllAttributes(reply.packet, attributeType.ProxyState)
        expect(states?.map((state) => Buffer.from(state).toString())).to.deep.equal(
          hops.map(({ value }) => value.toString()),
        )
        const types = reply?.packet.attributes.map(({ type }) => type)
        expect(types?.filter((type) => type === attributeType.MessageAuthenticator)).to.have.length(
          1,
        )
      })
    }
  })

  it('answers Status-Server on both families, and sign-ins over IPv6', async () => {
    const six = await openGateway({ port: service.port, host: '::1' })
    // A proxy asks with a name of its own, or with none (RULES 13).
    const names = ['append', 'Status Check 2. Are you alive?', undefined]
    for (const from of [gateway, six]) {
      for (const name of names) {
        const attributes = name === undefined ? [] : [text(attributeType.NasIdentifier, name)]
        const status = from.encode({ code: packetCode.StatusServer, attributes })
        expect((await from.send(status))?.kind).to.equal('accept')
      }
    }
    const password = `wonderland,${codeOf(seedOf('alice'), -1)}`
    const reply = await six.signIn({ user: 'alice', password, nas: 'append' })
    six.close()
    expect(reply?.kind).to.equal('accept')
  })

  it('gives each NAS-Identifier its own flow, and an unknown one no answer', async () => {
    const signIn = { user: 'alice', password: 'wonderland' }
    const [append, branch, unknown, none] = await Promise.all([
      gateway.signIn({ ...signIn, nas: 'append' }),
      gateway.signIn({ ...signIn, nas: 'branch-12' }),
      gateway.signIn({ ...signIn, nas: 'nobody' }, 1_500),
      gateway.signIn(signIn, 1_500),
    ])
    expect(append?.kind).to.equal('reject')
    expect(branch?.kind).to.equal('challenge')
    expect(unknown).to.equal(undefined)
    expect(none).to.equal(undefined)
    await service.printed(/"reason":"nas-identifier-unknown"/)
  })

  it('answers EAP at a gateway without it with Reject and Failure, and records it', async () => {
    const identity = Buffer.from('0201000a01616c696365', 'hex')
    const attributes = [
      text(attributeType.UserName, 'alice'),
      text(attributeType.NasIdentifier, 'append'),
      { type: attributeType.EapMessage, value: identity },
    ]
    const reply = await gateway.send(gateway.encode({ code: packetCode.AccessRequest, attributes }))
    expect(reply?.kind).to.equal('reject')
    const eap = reply && findAllAttributes(reply.packet, attributeType.EapMessage)
    expect(eap?.map((value) => Buffer.from(value).toString('hex'))).to.deep.equal(['04010004'])
    await service.printed(/"reason":"eap-not-supported"/)
  })

  it('lets no one share an approval whose device is another, or unknown (RULES 2)', async () => {
    const signIn = { user: 'carol', password: 'singer', nas: 'hold' }
    const before = await phone.calls()
    const held = gateway.signIn({ ...signIn, device: '192.0.2.10' }, 15_000)
    const call = await phone.next('call', 'carol', before)

    for (const other of [signIn, { ...signIn, device: '192.0.2.66' }]) {
      const refused = await gateway.signIn(other)
      expect(refused?.kind).to.equal('reject')
      expect(refused?.message).to.match(/Another sign-in of yours is open/)
    }
    expect(await phone.calls()).to.equal(before + 1)
    await phone.press(call.id, '#')
    expect((await held)?.kind).to.equal('accept')
    // Nor afterwards: the next one without a device rings again.
    const next = gateway.signIn(signIn, 15_000)
    const rung = await phone.next('call', 'carol', before + 1)
    await phone.press(rung.id, '#')
    expect((await next)?.kind).to.equal('accept')
  })

  it('lets a second packet of the same device join: one ring, two Accepts (RULES 2, 10)', async () => {
    const signIn = { user: 'carol', password: 'singer', nas: 'hold', device: '192.0.2.11' }
    const before = await phone.calls()
    const first = gateway.signIn(signIn, 15_000)
    const call = await phone.next('call', 'carol', before)
    const second = gateway.signIn(signIn, 15_000)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await phone.calls()).to.equal(before + 1)
    await phone.press(call.id, '#')
    const replies = await Promise.all([first, second])
    expect(replies.map((reply) => reply?.kind)).to.deep.equal(['accept', 'accept'])
    // A third that comes a moment later was the same sign-in too.
    expect((await gateway.signIn(signIn))?.kind).to.equal('accept')
    expect(await phone.calls()).to.equal(before + 1)
  })
})
