import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { createGtc } from '../../src/eap/inner/gtc.ts'
import type { OuterMethod } from '../../src/eap/outer-method.ts'
import { createPeap } from '../../src/eap/peap/peap.ts'
import type { EapGateway } from '../../src/eap/server.ts'
import { withTunnel } from '../../src/eap/tls/method.ts'
import { createTlsContext, type TlsVersion } from '../../src/eap/tls/session.ts'
import { encodeAvp } from '../../src/eap/ttls/avps.ts'
import { serverCertificate, serverKey } from '../vectors/certificates.ts'
import {
  challengeOf,
  createEapHarness,
  type EapHarness,
  identity,
  methodThroughServer,
  response,
  ttlsGateway,
} from './eap-harness.ts'
import { accepted, scriptSignIn } from './scripted-sign-in.ts'
import { frame, TlsPeer } from './tls-peer.ts'

const { signIn: nobody } = scriptSignIn()
const recordHeader = 5
/** Flags and the length of all, in front of what a peer of the tests sends. */
const fragmentHeader = 5

const mangled: Readonly<Record<string, (name: Buffer, password: Buffer) => readonly Buffer[]>> = {
  'cut short': (name, password) => [name, password.subarray(0, -7)],
  'cut inside of its header': (name, password) => [name, password.subarray(0, 3)],
  'come twice': (name, password) => [name, password, password],
  'change places': (name, password) => [password, name],
  'are one bit off': (name, password) => {
    const changed = Buffer.from(password)
    changed[password.length - 1] = (changed.at(-1) ?? 0) ^ 1
    return [name, changed]
  },
  'have another length': (name, password) => {
    const changed = Buffer.from(password)
    changed.writeUInt16BE(0xffff, 3)
    return [name, changed]
  },
}

/** Where OpenSSL waits for the rest of a record, the method hears only what came before it. */
const expected: Readonly<Record<string, RegExp>> = {
  'cut short': /^eap-malformed: ./,
  'cut inside of its header': /^eap-malformed: ./,
}

function recordsOf(flight: Buffer): Buffer[] {
  const records: Buffer[] = []
  for (let at = 0; at < flight.length; ) {
    const end = at + recordHeader + flight.readUInt16BE(at + 3)
    records.push(flight.subarray(at, end))
    at = end
  }
  return records
}

/** Says a name and a password in a record each, which arrive as `mangle` leaves them. */
function signInMangled(
  harness: EapHarness,
  maxVersion: TlsVersion,
  mangle: (name: Buffer, password: Buffer) => readonly Buffer[],
) {
  const peer = new TlsPeer({ maxVersion })
  let spoke = false
  peer.socket.on('secureConnect', () => {
    peer.socket.write(encodeAvp(1, 0, Buffer.from('alice')))
    peer.socket.write(encodeAvp(2, 0, Buffer.from('wonderland\0\0\0\0\0\0')))
    spoke = true
  })
  const method = methodThroughServer(harness.ask)
  let isMangled = false
  const between: OuterMethod = {
    type: method.type,
    stage: method.stage,
    start: method.start,
    close: method.close,
    receive(data, round) {
      if (!spoke || isMangled || data.length === 1) return method.receive(data, round)
      isMangled = true
      const records = recordsOf(Buffer.from(data.subarray(fragmentHeader)))
      const [name, password] = records.slice(-2)
      if (name === undefined || password === undefined) throw new Error('two records expected')
      const flight = Buffer.concat([...records.slice(0, -2), ...mangle(name, password)])
      return method.receive(frame(flight), round)
    },
  }
  return peer.run(between, nobody)
}

/** PEAP under the number of TTLS, by which the peer of these tests speaks. */
function peapGateway(maxVersion: TlsVersion): EapGateway {
  const context = createTlsContext({ cert: serverCertificate, key: serverKey, maxVersion })
  const peap = createPeap({
    methods: [createGtc('Password: ')],
    cryptoBinding: 'offered',
    random: randomBytes,
  })
  return { methods: [withTunnel({ ...peap, type: 21 }, context)], packetSize: 1_020 }
}

describe('records in an open tunnel', () => {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    for (const [what, mangle] of Object.entries(mangled)) {
      for (const method of ['TTLS', 'PEAP'] as const) {
        it(`that ${what} let no one in: ${method}, ${maxVersion}`, async () => {
          const gateway = method === 'TTLS' ? ttlsGateway(maxVersion) : peapGateway(maxVersion)
          const harness = createEapHarness({ gateway: () => gateway })
          const step = await signInMangled(harness, maxVersion, mangle)
          expect(step.kind).to.equal('broken')
          expect(harness.attempts).to.deep.equal([])
          expect(harness.refused).to.have.length(1)
          expect(harness.refused[0]).to.match(expected[what] ?? /^eap-tls-failed: ERR_SSL/)
          expect(harness.errors).to.deep.equal([])
          expect(harness.server.stats()).to.deep.equal({ halfOpen: 0, running: 0 })
        })
      }
    }

    it(`that come as they were sent bring alice in, after all of those: ${maxVersion}`, async () => {
      const harness = createEapHarness({ gateway: () => ttlsGateway(maxVersion) })
      for (const mangle of Object.values(mangled)) await signInMangled(harness, maxVersion, mangle)
      const ended = signInMangled(harness, maxVersion, (name, password) => [name, password])
      await harness.settle(accepted)
      expect((await ended).kind).to.equal('done')
      harness.clock.advance(60_000)
      expect(harness.wheel.size).to.equal(0)
    })
  }
})

describe('a peer that dribbles', () => {
  it('gets at most 50 rounds for its ClientHello, and keeps no one out', async () => {
    const harness = createEapHarness({ limits: { maxOpen: 300, maxHalfOpen: 200 } })
    const honest = signInMangled(harness, 'TLSv1.2', (name, password) => [name, password])
    while (harness.attempts.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const ends: string[] = []
    for (let device = 0; device < 1_000; device += 1) {
      const mac = `04${device.toString(16).padStart(10, '0')}`
      let answer = await harness.ask({ message: identity(), mac })
      // Nine of ten go silent on the way.
      const rounds = device % 10 === 0 ? 60 : 5
      for (let round = 0; round < rounds && answer.kind === 'challenge'; round += 1) {
        const { packet, state } = challengeOf(answer)
        const data = round === 0 ? [0xc0, 0, 0, 2, 0, 0x16] : [0x40, 1]
        const message = response(packet[1] ?? 0, 21, Buffer.from(data))
        answer = await harness.ask({ message, state, mac })
      }
      if (rounds === 60) ends.push(answer.kind === 'reject' ? answer.reason : answer.kind)
    }
    expect(new Set(ends)).to.deep.equal(new Set(['eap-malformed']))
    expect(harness.refused[0]).to.equal('eap-malformed: too many rounds')
    expect(harness.server.stats()).to.deep.equal({ halfOpen: 200, running: 1 })
    await harness.settle(accepted)
    expect((await honest).kind).to.equal('done')
    harness.clock.advance(60_000)
    expect(harness.server.stats()).to.deep.equal({ halfOpen: 0, running: 0 })
    expect(harness.wheel.size).to.equal(0)
    expect(harness.errors).to.deep.equal([])
  })
})
