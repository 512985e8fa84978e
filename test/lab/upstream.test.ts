import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { createUpstreamDirectory, type UpstreamEvent } from '../../src/directory/index.ts'
import { challengeOf, md4, msChapSuccess, ntHash, ntResponseOf } from '../../src/mschap/index.ts'
import {
  type Attribute,
  attributeType,
  createAttributeCipher,
  encodeVendorAttribute,
  findAllAttributes,
  findText,
  findVendorAttribute,
  microsoft,
  microsoftType,
} from '../../src/radius/index.ts'
import { Secret, systemClock } from '../../src/support/index.ts'
import { alice, anySignal, pap, request, serverAt, until } from '../directory/upstream/set-up.ts'
import { type FreeRadius, freeRadiusSecret, startFreeRadius } from './freeradius.ts'
import { openGateway, type TestGateway, type TestReply, text } from './gateway.ts'
import { needProgram } from './need.ts'
import { type Service, startService } from './service.ts'
import {
  administer,
  codeOf,
  enrolApps,
  gatewayConfig,
  lastingConfig,
  seedOf,
} from './service-config.ts'
import { upstreamSite } from './upstream-site.ts'

const classOf = (reply: TestReply | undefined) =>
  reply === undefined ? [] : findAllAttributes(reply.packet, attributeType.Class).map(String)

describe('FreeRADIUS as the first factor', () => {
  let first: FreeRadius
  let second: FreeRadius
  before(async function () {
    needProgram('freeradius', this)
    first = await startFreeRadius((folder) => upstreamSite(folder, 'first'))
    second = await startFreeRadius((folder) => upstreamSite(folder, 'second'))
  })
  after(async () => {
    await first?.stop()
    await second?.stop()
  })

  describe('through the service', () => {
    let service: Service
    let gateway: TestGateway
    before(async () => {
      const servers = [first, second].map(({ port }) => ({
        address: `127.0.0.1:${port}`,
        secret: freeRadiusSecret,
      }))
      service = await startService((place) =>
        JSON.stringify({
          ...lastingConfig(place),
          directories: {
            up: { type: 'radius', servers, timeout: '500ms', pass: ['Class', 'Filter-Id'] },
          },
          gateways: {
            alone: gatewayConfig('alone', { flow: 'auto', ms_chap_v1: true }),
            ask: gatewayConfig('ask', { flow: 'challenge', methods: ['totp'] }),
          },
          rules: [{ gateway: 'alone', second_factor: 'none' }],
          reply_rules: [{ reply: { Class: 'ours' } }],
        }),
      )
      gateway = await openGateway({ port: service.port })
    })
    after(async () => {
      gateway?.close()
      await service?.stop()
    })

    it('takes the right password and refuses the wrong one', async () => {
      const right = await gateway.signIn({ nas: 'alone', user: 'alice', password: 'wonderland' })
      expect(right?.kind).to.equal('accept')
      const wrong = await gateway.signIn({ nas: 'alone', user: 'alice', password: 'wonder' })
      expect(wrong?.kind).to.equal('reject')
      expect(wrong?.tookMs, 'as every refusal').to.be.at.least(900)
    })

    it('adds the attributes of the list after our own, and no others', async () => {
      const reply = await gateway.signIn({ nas: 'alone', user: 'alice', password: 'wonderland' })
      const packet = reply?.packet ?? { attributes: [] }
      expect(packet.attributes.map(({ type }) => type)).to.deep.equal([
        ...[attributeType.MessageAuthenticator, attributeType.Class],
        ...[attributeType.Class, attributeType.FilterId],
      ])
      expect(classOf(reply)).to.deep.equal(['ours', 'first'])
      expect(findText(packet, attributeType.FilterId)).to.equal('vpn-users')
    })

    it('passes CHAP on', async () => {
      const challenge = randomBytes(16)
      const digest = (password: string) =>
        createHash('md5').update(Uint8Array.of(7)).update(password).update(challenge).digest()
      const kindWith = async (password: string) => {
        const value = Uint8Array.of(7, ...digest(password))
        const more = [
          { type: attributeType.ChapPassword, value },
          { type: attributeType.ChapChallenge, value: challenge },
        ]
        return (await gateway.signIn({ nas: 'alone', user: 'alice', more }))?.kind
      }
      expect(await kindWith('wonderland')).to.equal('accept')
      expect(await kindWith('wonder')).to.equal('reject')
    })

    it('passes MS-CHAPv2 on: the client gets the server’s proof, the gateway its keys', async () => {
      const userName = 'alice'
      const response = {
        version: 2,
        userName,
        challenge: randomBytes(16),
        peerChallenge: randomBytes(16),
      } as const
      const hash = ntHash(new Secret('wonderland'))
      const hashed = challengeOf({ ...response, ntResponse: new Uint8Array(24) }, userName)
      const ntResponse = ntResponseOf(hashed, hash)
      const value = Buffer.concat([
        Uint8Array.of(5, 0),
        response.peerChallenge,
        Buffer.alloc(8),
        ntResponse,
      ])
      const vendor = (type: number, bytes: Uint8Array) =>
        encodeVendorAttribute(microsoft, type, bytes)
      const more = [
        ...vendor(microsoftType.ChapChallenge, response.challenge),
        ...vendor(microsoftType.Chap2Response, value),
      ]
      const sent = gateway.request({ nas: 'alone', user: 'alice', more })
      const reply = await gateway.send(sent)
      if (reply?.kind !== 'accept') throw new Error(`no Accept: ${reply?.kind}`)
      const expected = msChapSuccess({ ...response, ntResponse }, md4(hash), userName)
      if (expected.version !== 2) throw new Error('not version 2')
      const find = (type: number) => findVendorAttribute(reply.packet, microsoft, type)
      expect(String(find(microsoftType.Chap2Success)?.subarray(1))).to.equal(
        expected.authenticatorResponse,
      )
      const cipher = createAttributeCipher(sent)
      const key = (type: number) =>
        cipher.decrypt(find(type) ?? new Uint8Array(), 'salted').toString('hex')
      expect(key(microsoftType.MppeSendKey)).to.equal(Buffer.from(expected.sendKey).toString('hex'))
      expect(key(microsoftType.MppeReceiveKey)).to.equal(
        Buffer.from(expected.receiveKey).toString('hex'),
      )
    })

    it('passes MS-CHAPv1 on with its key', async () => {
      const challenge = randomBytes(8)
      const hash = ntHash(new Secret('wonderland'))
      const value = Buffer.concat([
        Uint8Array.of(5, 1),
        Buffer.alloc(24),
        ntResponseOf(challenge, hash),
      ])
      const more: readonly Attribute[] = [
        ...encodeVendorAttribute(microsoft, microsoftType.ChapChallenge, challenge),
        ...encodeVendorAttribute(microsoft, microsoftType.ChapResponse, value),
      ]
      const sent = gateway.request({ nas: 'alone', user: 'alice', more })
      const reply = await gateway.send(sent)
      if (reply?.kind !== 'accept') throw new Error(`no Accept: ${reply?.kind}`)
      const keys = findVendorAttribute(reply.packet, microsoft, microsoftType.ChapMppeKeys)
      const clear = createAttributeCipher(sent).decrypt(keys ?? new Uint8Array(), 'password')
      expect(clear.subarray(8, 24).toString('hex')).to.equal(Buffer.from(md4(hash)).toString('hex'))
    })

    it('hands its question on, takes the answer back, and then asks for our code', async () => {
      await enrolApps(service, ['carol'])
      const ask = { nas: 'ask', user: 'carol' }
      const asked = await gateway.signIn({ ...ask, password: 'singer' })
      expect(asked).to.include({ kind: 'challenge', message: 'Token?' })
      const next = await gateway.signIn({ ...ask, ...stateOf(asked), password: '4711' })
      expect(next?.kind).to.equal('challenge')
      expect(next?.message).to.not.equal('Token?')
      const code = codeOf(seedOf('carol'))
      const done = await gateway.signIn({ ...ask, ...stateOf(next), password: code })
      expect(done?.kind).to.equal('accept')
      expect(classOf(done)).to.deep.equal(['ours', 'first'])
    })

    it('refuses who answers its question wrong', async () => {
      const ask = { nas: 'alone', user: 'carol' }
      const asked = await gateway.signIn({ ...ask, password: 'singer' })
      const refused = await gateway.signIn({ ...ask, ...stateOf(asked), password: '4712' })
      expect(refused?.kind).to.equal('reject')
    })

    it('never gets a Proxy-State of the gateway, which gets its own back', async () => {
      const more = [text(attributeType.ProxyState, 'of a proxy before us')]
      const signIn = { nas: 'alone', user: 'alice', password: 'wonderland', more }
      const reply = await gateway.signIn(signIn)
      const states = findAllAttributes(
        reply?.packet ?? { attributes: [] },
        attributeType.ProxyState,
      )
      expect(states.map(String)).to.deep.equal(['of a proxy before us'])
    })

    it('is looked at by holdfast check, each server by Status-Server', async () => {
      const [rows] = (await administer(service, [['check', {}]])) as readonly [
        readonly { what: string; state: string; detail: string }[],
      ]
      for (const { port } of [first, second]) {
        const row = rows.find(({ what }) => what === `up 127.0.0.1:${port}`)
        expect(row?.state).to.equal('ok')
        expect(row?.detail).to.include('with Message-Authenticator')
      }
    })

    it('is an outage where all servers are silent, and none when one speaks again', async function () {
      this.timeout(600_000)
      const signIn = { nas: 'alone', user: 'alice', password: 'wonderland' }
      const silent = [first, second].map(({ pid }) => pid)
      for (const pid of silent) process.kill(pid, 'SIGSTOP')
      try {
        const refused = await gateway.signIn(signIn, 15_000)
        expect(refused?.kind).to.equal('reject')
        expect(service.output()).to.match(/directory-down|does not answer/)
      } finally {
        for (const pid of silent) process.kill(pid, 'SIGCONT')
      }
      await service.printed(/answers again/, 15_000)
      expect((await gateway.signIn(signIn))?.kind).to.equal('accept')
    })
  })

  describe('asked directly', () => {
    const events: UpstreamEvent[] = []
    const open = (probeEveryMs = 100) =>
      createUpstreamDirectory(
        {
          name: 'up',
          servers: [first, second].map(({ port }) => ({
            ...serverAt(port),
            secret: new Secret(freeRadiusSecret),
          })),
          timeoutMs: 1_000,
          tries: 3,
          probe: { kind: 'status-server' },
          probeEveryMs,
          inFlight: 1_024,
          queue: 100,
          users: undefined,
          domains: [],
          pass: new Set(['25']),
          showMessages: false,
        },
        { clock: systemClock, log: (event) => events.push(event) },
      )
    const asAlice = request({ userName: 'alice' })

    it('answers 1,000 requests that are asked at once', async () => {
      const directory = open()
      const verdicts = await Promise.all(
        Array.from({ length: 1_000 }, (_, index) =>
          directory.verify(
            alice,
            pap(index % 2 === 0 ? 'wonderland' : 'wrong'),
            anySignal,
            asAlice,
          ),
        ),
      )
      const count = (kind: string) => verdicts.filter((verdict) => verdict.kind === kind).length
      expect({ right: count('right'), wrong: count('wrong') }).to.deep.equal({
        right: 500,
        wrong: 500,
      })
      await directory.close()
    })

    it('goes on with the second when the first is stopped, and back when it is there again', async () => {
      const directory = open()
      const who = async () => {
        const verdict = await directory.verify(alice, pap('wonderland'), anySignal, asAlice)
        if (verdict.kind !== 'right') throw new Error(verdict.kind)
        return String(Buffer.from(verdict.attributes?.[0]?.value ?? []))
      }
      expect(await who()).to.equal('first')
      const { port } = first
      await first.stop()
      expect(await who()).to.equal('second')
      expect(await who(), 'at once').to.equal('second')
      first = await startFreeRadius((folder) => upstreamSite(folder, 'first'), { port })
      await until(() => events.some(({ kind }) => kind === 'server-up'))
      expect(await who()).to.equal('first')
      await directory.close()
    })
  })
})

function stateOf(reply: TestReply | undefined): { readonly state: Uint8Array } {
  if (reply?.state === undefined) throw new Error(`no challenge but ${reply?.kind}`)
  return { state: reply.state }
}
