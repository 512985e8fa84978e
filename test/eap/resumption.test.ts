import type { ConnectionOptions } from 'node:tls'
import { expect } from 'chai'
import { createGtc } from '../../src/eap/inner/gtc.ts'
import type { InnerSignIn } from '../../src/eap/method.ts'
import type { OuterMethodFactory } from '../../src/eap/outer-method.ts'
import { createPeap } from '../../src/eap/peap/peap.ts'
import { createEapTls } from '../../src/eap/tls/eap-tls.ts'
import { withTunnel } from '../../src/eap/tls/method.ts'
import { createTlsContext } from '../../src/eap/tls/session.ts'
import { createSessionCache } from '../../src/eap/tls/session-cache.ts'
import { createTtls } from '../../src/eap/ttls/ttls.ts'
import type { Outcome } from '../../src/signin/index.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import * as vectors from '../vectors/certificates.ts'
import { accepted, denied, scriptSignIn } from './scripted-sign-in.ts'
import { TlsPeer } from './tls-peer.ts'

const lifetimeMs = 3_600_000
const startMs = Date.parse('2025-06-01T00:00:00Z')
const random = (count: number) => new Uint8Array(count).fill(7)

const context = createTlsContext({
  cert: vectors.serverCertificate,
  key: vectors.serverKey,
  ca: [vectors.authority],
  maxVersion: 'TLSv1.3',
})

/** TTLS with PAP: User-Name and User-Password, as RFC 5281 11.2.5 pads them. */
const pap = Buffer.from(
  '000000014000000d616c696365000000000000024000001873656372657400000000000000000000',
  'hex',
)

type World = { readonly clock: ManualClock; readonly method: OuterMethodFactory }

function createWorld(kind: 'tls' | 'ttls' | 'peap', isOn = true): World {
  const clock = createManualClock(startMs)
  const factory = {
    tls: createEapTls({ names: ['common-name'], requireSid: false, clock }),
    ttls: createTtls({ proofs: ['pap'], methods: [] }),
    peap: createPeap({ methods: [createGtc('Password: ')], cryptoBinding: 'offered', random }),
  }[kind]
  const resumption = isOn ? { cache: createSessionCache(lifetimeMs, clock), clock } : undefined
  return { clock, method: withTunnel(factory, context, resumption) }
}

/** One conversation of a peer with TLS 1.2; `say`: what it puts into the tunnel once it is open. */
async function talk(
  { method }: World,
  signIn: InnerSignIn,
  options: ConnectionOptions & { say?: Buffer } = {},
) {
  const { say, ...tls } = options
  const peer = new TlsPeer({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ...tls })
  if (say !== undefined) peer.socket.once('secureConnect', () => peer.socket.write(say))
  const end = await peer.run(method.create('anonymous'), signIn)
  const why = end.kind === 'broken' ? end.reason : end.kind
  return { why, isResumed: peer.socket.isSessionReused(), session: peer.socket.getSession() }
}

const device = { cert: vectors.plain, key: vectors.userKey }
const withSession = (session: Buffer | undefined) => (session === undefined ? {} : { session })

describe('sessions that are kept', () => {
  const signIn = { userName: 'alice', proof: 'pap', provenAtMs: startMs } as const
  const session = { data: Buffer.from('session'), signIn }
  const id = (number: number) => Buffer.from(String(number))

  it('are 10,000 at most: the oldest goes', () => {
    const cache = createSessionCache(lifetimeMs, createManualClock(startMs))
    for (let number = 0; number <= 10_000; number += 1) cache.keep(id(number), session)
    expect(cache.find(id(0))).to.equal(undefined)
    expect(cache.find(id(1))).to.equal(session)
    expect(cache.find(id(10_000))).to.equal(session)
  })

  it('do not last longer by a clock that is set back', () => {
    const cache = createSessionCache(lifetimeMs, createManualClock(startMs - 1))
    cache.keep(id(1), session)
    expect(cache.find(id(1))).to.equal(undefined)
  })
})

describe('resumed sessions', () => {
  describe('EAP-TLS', () => {
    async function signInOnce(world: World, ...outcomes: Outcome[]) {
      const { signIn } = scriptSignIn(...outcomes)
      return talk(world, signIn, device)
    }

    it('judges the certificate again, and signs in with it', async () => {
      const world = createWorld('tls')
      const { session } = await signInOnce(world, accepted)
      const { asked, signIn } = scriptSignIn(accepted)
      const again = await talk(world, signIn, withSession(session))
      expect(again).to.include({ why: 'done', isResumed: true })
      expect(asked[0]).to.deep.include({
        userName: 'alice',
        credential: { kind: 'certificate', serialNumber: '1007' },
      })
    })

    it('lets no one in whom the sign-in refuses the second time, and forgets the session', async () => {
      const world = createWorld('tls')
      const { session } = await signInOnce(world, accepted)
      const refused = await talk(world, scriptSignIn(denied).signIn, withSession(session))
      expect(refused).to.include({ why: 'failed', isResumed: true })
      const third = await talk(world, scriptSignIn().signIn, withSession(session))
      expect(third).to.include({ why: 'certificate-missing', isResumed: false })
    })

    // The device begins again in all of these, and here it has no certificate to do so with.
    for (const [what, prepare] of [
      [
        'a sign-in that was refused',
        async (world: World) => (await signInOnce(world, denied)).session,
      ],
      [
        'a handshake without a certificate',
        async (world: World) => (await talk(world, scriptSignIn().signIn)).session,
      ],
      [
        'a session that is too old',
        async (world: World) => {
          const { session } = await signInOnce(world, accepted)
          world.clock.advance(lifetimeMs)
          return session
        },
      ],
      [
        'a session of another method',
        async () => {
          const other = createWorld('ttls')
          return (await talk(other, scriptSignIn(accepted).signIn, { say: pap })).session
        },
      ],
    ] as const) {
      it(`resumes nothing of ${what}`, async () => {
        const world = createWorld('tls')
        const session = await prepare(world)
        expect(session).to.be.instanceOf(Buffer)
        const again = await talk(world, scriptSignIn().signIn, withSession(session))
        expect(again).to.include({ why: 'certificate-missing', isResumed: false })
      })
    }

    it('counts from the sign-in on, however often the session is resumed', async () => {
      const world = createWorld('tls')
      const { session } = await signInOnce(world, accepted)
      world.clock.advance(lifetimeMs - 1)
      const resume = () => talk(world, scriptSignIn(accepted).signIn, withSession(session))
      expect(await resume()).to.include({ isResumed: true })
      world.clock.advance(1)
      const late = await talk(world, scriptSignIn().signIn, withSession(session))
      expect(late).to.include({ isResumed: false })
    })

    it('resumes nothing where it is off', async () => {
      const world = createWorld('tls', false)
      const { session } = await signInOnce(world, accepted)
      const again = await talk(world, scriptSignIn().signIn, withSession(session))
      expect(again).to.include({ why: 'certificate-missing', isResumed: false })
    })

    it('resumes nothing in TLS 1.3', async () => {
      const world = createWorld('tls')
      const peer = new TlsPeer({ minVersion: 'TLSv1.3', ...device })
      await peer.run(world.method.create('anonymous'), scriptSignIn(accepted).signIn)
      const again = new TlsPeer({ minVersion: 'TLSv1.3', ...withSession(peer.session) })
      const end = await again.run(world.method.create('anonymous'), scriptSignIn().signIn)
      expect(peer.session).to.be.instanceOf(Buffer)
      expect(end.kind === 'broken' && end.reason).to.equal('certificate-missing')
    })
  })

  describe('TTLS', () => {
    it('stands for what was proven then, by the name inside', async () => {
      const world = createWorld('ttls')
      const first = await talk(world, scriptSignIn(accepted).signIn, { say: pap })
      world.clock.advance(60_000)
      const { asked, signIn } = scriptSignIn(accepted)
      const again = await talk(world, signIn, withSession(first.session))
      expect(again).to.include({ why: 'done', isResumed: true })
      expect(asked).to.deep.equal([
        {
          userName: 'alice',
          credential: { kind: 'resumed', proof: 'pap', provenAtMs: startMs },
          challenges: false,
        },
      ])
    })

    it('stands for the password that was proven, not for one that was set while the phone rang', async () => {
      const world = createWorld('ttls')
      const { signIn } = scriptSignIn(accepted)
      const first = await talk(
        world,
        async (inner) => {
          const outcome = await signIn(inner)
          world.clock.advance(30_000)
          return outcome
        },
        { say: pap },
      )
      const again = scriptSignIn(accepted)
      await talk(world, again.signIn, withSession(first.session))
      expect(again.asked[0]?.credential).to.have.property('provenAtMs', startMs)
    })

    it('stands for nothing after a wrong password', async () => {
      const world = createWorld('ttls')
      const first = await talk(world, scriptSignIn(denied).signIn, { say: pap })
      const { asked, signIn } = scriptSignIn(accepted)
      const again = await talk(world, signIn, { ...withSession(first.session), say: pap })
      expect(again).to.include({ isResumed: false })
      expect(asked[0]?.credential.kind).to.equal('pap')
    })
  })
})
