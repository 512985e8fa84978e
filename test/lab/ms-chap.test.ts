import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect } from 'chai'
import {
  attributeType,
  createSharedSecret,
  decodePacket,
  encodeRequest,
  findText,
  packetCode,
  verifyReply,
} from '../../src/radius/index.ts'
import type { MsChapCredential } from '../../src/signin/index.ts'
import { msChap, successFor } from '../signin/ms-chap-peer.ts'
import { demoPhone } from './demo-phone.ts'
import { type FreeRadius, freeRadiusSecret, startFreeRadius } from './freeradius.ts'
import { openGateway, type SignInRequest, type TestGateway, text } from './gateway.ts'
import { msChapAttributes, readMsChapReply, writtenAnswer } from './ms-chap-gateway.ts'
import { needProgram } from './need.ts'
import { radclient } from './radclient.ts'
import { demoYaml, type Service, startService } from './service.ts'
import { codeOf, lastingConfig } from './service-config.ts'

const aliceSeed = 'JBSWY3DPEHPK3PXP'
/** RFC 2868 3.6. */
const tunnelPrivateGroupId = 81

async function ask(gateway: TestGateway, signIn: SignInRequest) {
  const request = gateway.request(signIn)
  const reply = await gateway.send(request, 25_000)
  if (reply === undefined) throw new Error('no reply')
  return { ...reply, msChap: readMsChapReply(reply.packet, request) }
}

/** That an Accept proves the server to this peer, and has its keys. */
function expectSuccess(
  { kind, msChap }: Awaited<ReturnType<typeof ask>>,
  from: MsChapCredential,
  password: string,
) {
  const expected = successFor(from, password)
  if (expected.version !== 2) throw new Error('version 1')
  expect(kind).to.equal('accept')
  expect(msChap).to.include({
    success: expected.authenticatorResponse,
    sendKey: Buffer.from(expected.sendKey ?? []).toString('hex'),
    receiveKey: Buffer.from(expected.receiveKey ?? []).toString('hex'),
    policy: '00000001',
    types: '00000006',
  })
}

describe('MS-CHAPv2 at the gateways of the demo', function () {
  this.timeout(600_000)
  let service: Service
  let gateway: TestGateway
  let phone: ReturnType<typeof demoPhone>

  before(async () => {
    service = await startService(demoYaml)
    gateway = await openGateway({ port: service.port })
    phone = demoPhone(service.httpPort)
  })
  after(async () => {
    gateway?.close()
    await service?.stop()
  })

  /** A first response, and what came back. */
  async function begin(user: string, password: string, nas: string, userName = user) {
    const credential = msChap(password, { userName })
    const more = msChapAttributes(credential)
    return { credential, reply: await ask(gateway, { user, nas, more }) }
  }

  for (const nas of ['hold', 'auto', 'opnsense']) {
    it(`holds carol at ${nas} until she presses #`, async () => {
      const before = await phone.calls()
      const held = begin('carol', 'singer', nas)
      await phone.press((await phone.next('call', 'carol', before)).id, '#')
      const { credential, reply } = await held
      expectSuccess(reply, credential, 'singer')
    })
  }

  it('takes the code of bob’s text as a second response', async () => {
    for (const [at, nas] of ['challenge', 'globalprotect'].entries()) {
      const { reply: asked } = await begin('bob', 'builder', nas)
      expect(asked.kind).to.equal('challenge')
      const { code = '' } = await phone.next('sms', 'bob', at)
      const second = msChap(code, { userName: 'bob' })
      const signIn = {
        user: 'bob',
        nas,
        more: msChapAttributes(second),
        state: asked.state ?? Buffer.of(),
      }
      expectSuccess(await ask(gateway, signIn), second, code)
    }
  })

  it('takes a code as a FortiGate writes it, and proves itself by the password then', async () => {
    const before = (await phone.list()).filter(({ kind }) => kind === 'sms').length
    const { credential, reply: asked } = await begin('bob', 'builder', 'fortigate')
    expect(asked.kind).to.equal('challenge')
    const { code = '' } = await phone.next('sms', 'bob', before)
    const state = asked.state ?? Buffer.of()
    const wrong = code === '000000' ? '111111' : '000000'
    const again = await ask(gateway, {
      user: 'bob',
      nas: 'fortigate',
      more: writtenAnswer(wrong),
      state,
    })
    expect(again.kind).to.equal('challenge')
    const answered = await ask(gateway, {
      user: 'bob',
      nas: 'fortigate',
      more: writtenAnswer(code),
      state: again.state ?? Buffer.of(),
    })
    expectSuccess(answered, credential, 'builder')
  })

  it('takes only alice’s code at code-only, and refuses it again', async () => {
    const code = codeOf(aliceSeed)
    const { credential, reply } = await begin('alice', code, 'code-only')
    expectSuccess(reply, credential, code)
    const { reply: again } = await begin('alice', code, 'code-only')
    expect(again.kind).to.equal('reject')
    expect(again.msChap.error).to.match(/^E=691 R=0 C=[0-9A-F]{32} V=3 M=Sign-in failed/)
  })

  it('lets frank in at wifi without EAP too, where guests have no second factor', async () => {
    const { credential, reply } = await begin('frank', 'freckles', 'wifi')
    expectSuccess(reply, credential, 'freckles')
    expect(findText(reply.packet, tunnelPrivateGroupId)).to.equal('120')
  })

  it('refuses append, where a code would be in the password, and says why in the log', async () => {
    const { reply } = await begin('alice', `wonderland,${codeOf(aliceSeed)}`, 'append')
    expect(reply.kind).to.equal('reject')
    expect(reply.msChap.error).to.match(/^E=691 R=0 /)
    await service.printed(/alice at append: reject \(credential-not-for-flow\)/)
  })

  it('tells dave after the right password only that he has nothing', async () => {
    const right = await begin('dave', 'diver', 'auto')
    expect(right.reply.msChap.error).to.match(/^E=649 R=0 C=[0-9A-F]{32} V=3 M=/)
    expect(right.reply.msChap.identifier).to.equal(right.credential.identifier)
    const wrong = await begin('dave', 'driver', 'auto')
    expect(wrong.reply.msChap.error).to.match(/^E=691 R=0 /)
    expect(wrong.reply.tookMs).to.be.greaterThan(900)
  })

  it('sends nothing of version 1 on, and says which setting would', async () => {
    const more = msChapAttributes(msChap('wonderland', { version: 1 }))
    const reply = await ask(gateway, { user: 'alice', nas: 'auto', more })
    expect(reply.kind).to.equal('reject')
    await service.printed(/this gateway sends MS-CHAPv1 \(see ms_chap_v1\)/)
  })
})

/** What FreeRADIUS says of MS-CHAP in its Accept. Debian's leaves Message-Authenticator out of replies. */
async function askFreeRadius(port: number, signIn: SignInRequest) {
  const secret = createSharedSecret(freeRadiusSecret)
  const request = encodeRequest(
    {
      code: packetCode.AccessRequest,
      identifier: 1,
      attributes: [text(attributeType.UserName, signIn.user), ...(signIn.more ?? [])],
    },
    secret,
  )
  const socket = createSocket('udp4')
  socket.send(request.bytes, port, '127.0.0.1')
  const [bytes] = (await once(socket, 'message')) as [Buffer]
  socket.close()
  const packet = decodePacket(bytes)
  const verified = verifyReply(packet, request, { requireMessageAuthenticator: false })
  if (!verified.ok || packet.code !== packetCode.AccessAccept) throw new Error('no Accept')
  return readMsChapReply(packet, request)
}

describe('MS-CHAP beside FreeRADIUS', function () {
  this.timeout(600_000)
  const people = { alice: 'wonderland', müller: 'Grüße €' }
  let freeRadius: FreeRadius
  let service: Service
  let ours: TestGateway

  before(async function () {
    for (const program of ['freeradius', 'radclient']) needProgram(program, this)
    freeRadius = await startFreeRadius(() => ({
      modules: '  mschap {\n    use_mppe = yes\n    with_ntdomain_hack = yes\n  }',
      authorize: Object.entries(people)
        .map(
          ([name, password]) =>
            `    if (User-Name == "${name}") { update control { Cleartext-Password := "${password}" } }`,
        )
        .concat('    mschap')
        .join('\n'),
      authenticate: '    mschap',
    }))
    service = await startService((place) => {
      const base = lastingConfig(place)
      return JSON.stringify({
        ...base,
        directories: {
          people: {
            type: 'local',
            users: Object.fromEntries(
              Object.entries(people).map(([name, password]) => [name, { password }]),
            ),
          },
        },
        gateways: {
          vpn: { address: '127.0.0.1', secret: 'testing123', ms_chap_v1: true },
        },
        rules: [{ name: 'anybody', second_factor: 'none' }],
      })
    })
    ours = await openGateway({ port: service.port })
  })
  after(async () => {
    ours?.close()
    await service?.stop()
    await freeRadius?.stop()
  })

  for (const version of [1, 2] as const) {
    for (const [user, password] of [
      ['alice', 'wonderland'],
      ['müller', 'Grüße €'],
    ] as const) {
      it(`gives ${user} the same proof and keys, version ${version}`, async () => {
        const more = msChapAttributes(msChap(password, { userName: user, version }))
        const { kind, msChap: mine } = await ask(ours, { user, more })
        expect(kind).to.equal('accept')
        expect(mine[version === 1 ? 'version1Keys' : 'sendKey']).to.have.length.above(31)
        expect(mine).to.deep.equal(await askFreeRadius(freeRadius.port, { user, more }))
      })
    }
  }

  it('takes what radclient computes itself, version 1', async () => {
    const reply = await radclient(
      { 'User-Name': 'alice', 'MS-CHAP-Password': 'wonderland' },
      { port: service.port },
    )
    expect(reply.kind, reply.output).to.equal('Access-Accept')
    expect(reply.attributes).to.include.keys('MS-CHAP-MPPE-Keys')
    const wrong = await radclient(
      { 'User-Name': 'alice', 'MS-CHAP-Password': 'underland' },
      { port: service.port },
    )
    expect(wrong.kind).to.equal('Access-Reject')
    expect(wrong.attributes['MS-CHAP-Error']).to.match(/E=691 R=0/)
  })
})
