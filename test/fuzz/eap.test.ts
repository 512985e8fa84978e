import { expect } from 'chai'
import { Conversation } from '../../src/eap/conversation.ts'
import { createGtc } from '../../src/eap/inner/gtc.ts'
import { createMd5 } from '../../src/eap/inner/md5.ts'
import { createMsChapV2 } from '../../src/eap/inner/mschapv2.ts'
import type { InnerSignIn, Tunnel, TunnelStep } from '../../src/eap/method.ts'
import { withoutTunnel } from '../../src/eap/outer-method.ts'
import { encodeAvp } from '../../src/eap/ttls/avps.ts'
import { createTtls } from '../../src/eap/ttls/ttls.ts'
import {
  type Ask,
  createEapHarness,
  identity,
  methodThroughServer,
  response,
} from '../eap/eap-harness.ts'
import { accepted, denied, scriptSignIn } from '../eap/scripted-sign-in.ts'
import { TlsPeer } from '../eap/tls-peer.ts'

/** Numbers that are the same in each run, so that a finding can be found again: mulberry32. */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

type Random = ReturnType<typeof createRandom>

const telling = [0, 1, 2, 3, 4, 6, 21, 25, 26, 79, 127, 128, 192, 255]

/** Bytes with one to three things wrong. */
function mutate(bytes: Buffer, random: Random): Buffer {
  let mutated = Buffer.from(bytes)
  for (let changes = 1 + random(3); changes > 0; changes -= 1) {
    const at = random(mutated.length + 1)
    switch (random(4)) {
      case 0:
        if (at < mutated.length) mutated[at] = telling[random(telling.length)] ?? 0
        break
      case 1:
        if (at < mutated.length) mutated[at] = (mutated[at] ?? 0) ^ (1 << random(8))
        break
      case 2:
        mutated = mutated.subarray(0, at)
        break
      default:
        mutated = Buffer.concat([
          mutated.subarray(0, at),
          Buffer.alloc(random(12), random(256)),
          mutated.subarray(at),
        ])
    }
  }
  return mutated
}

/** Lets in who says exactly this, and counts how often. */
function onlyWonderland() {
  let letIn = 0
  const signIn: InnerSignIn = async ({ userName, credential }) => {
    const isRight =
      userName === 'alice' &&
      credential.kind === 'pap' &&
      credential.password.reveal() === 'wonderland'
    if (isRight) letIn += 1
    return isRight ? accepted : denied
  }
  return { signIn, count: () => letIn }
}

const random16 = (count: number) => new Uint8Array(count).fill(7)
const methods = [
  createGtc('Password: '),
  createMsChapV2({ serverName: 'holdfast', random: random16 }),
  createMd5('holdfast', random16),
]

describe('fuzzing EAP', function () {
  this.timeout(600_000)
  this.slow(20_000)

  it('60,000 mutated conversations: none fails, and only the right password gets in', async () => {
    const random = createRandom(20_251_125)
    const { signIn, count } = onlyWonderland()
    const round = { packetSize: 1_020, signIn }
    let successes = 0
    for (let run = 0; run < 60_000; run += 1) {
      const conversation = new Conversation(methods.map(withoutTunnel))
      const said = [
        identity('alice', 1),
        response(2, random(3) === 0 ? 3 : 6, Buffer.from(random(2) === 0 ? 'wonderland' : '\x1a')),
        response(3, 26, Buffer.concat([Buffer.of(2, 1, 0, 59, 49), Buffer.alloc(49), identity()])),
      ]
      for (const packet of said) {
        const step = await conversation.receive(
          random(3) === 0 ? packet : mutate(packet, random),
          round,
        )
        if (step.kind === 'success') successes += 1
        if (step.kind !== 'request' && step.kind !== 'repeat') break
      }
    }
    expect(successes).to.equal(count())
    expect(successes).to.be.above(100)
  })

  it('40,000 mutated conversations in a tunnel of TTLS: the same', async () => {
    const random = createRandom(7)
    const { signIn, count } = onlyWonderland()
    const implicit = Buffer.alloc(17, 9)
    const tunnel: Tunnel = {
      outerIdentity: 'anonymous',
      protocol: 'TLSv1.3',
      isResumed: false,
      earlier: undefined,
      keyMaterial: new Uint8Array(128),
      exportKey: () => implicit,
      peerCertificate: undefined,
      verifyError: undefined,
    }
    const ttls = createTtls({ proofs: ['pap', 'chap', 'ms-chap', 'ms-chap-v2'], methods })
    const name = encodeAvp(1, 0, Buffer.from('alice'))
    const said = [
      Buffer.concat([name, encodeAvp(2, 0, Buffer.from('wonderland\0\0\0\0\0\0'))]),
      Buffer.concat([name, encodeAvp(60, 0, implicit.subarray(1)), encodeAvp(3, 0, implicit)]),
      Buffer.concat([
        name,
        encodeAvp(11, 311, implicit.subarray(1)),
        encodeAvp(25, 311, Buffer.concat([Buffer.of(9), Buffer.alloc(49)])),
      ]),
      encodeAvp(79, 0, identity('alice')),
    ]
    let done = 0
    for (let run = 0; run < 40_000; run += 1) {
      const method = ttls.create(tunnel)
      let step: TunnelStep = { kind: 'send', plain: new Uint8Array() }
      for (let message = 0; message < 2 && step.kind === 'send'; message += 1) {
        const bytes = mutate(said[random(said.length)] ?? name, random)
        step = await method.receive(bytes, { id: 1, nextId: 2, signIn })
      }
      if (step.kind === 'done') done += 1
    }
    expect(done).to.equal(count())
    expect(done).to.be.above(100)
  })

  it('1,000 handshakes with records cut, doubled, reordered and changed: nothing fails or stays', async () => {
    const random = createRandom(42)
    const harness = createEapHarness()
    const { signIn: nobody } = scriptSignIn()
    const ends = new Map<string, number>()
    for (let run = 0; run < 1_000; run += 1) {
      const mac = run.toString(16).padStart(12, '0')
      const damagedAt = 1 + random(3)
      let messages = 0
      const ask = (of: Ask) => {
        messages += 1
        if (messages !== damagedAt + 1) return harness.ask(of)
        return harness.ask({ ...of, message: damage(Buffer.from(of.message), random) })
      }
      const peer = new TlsPeer({ maxVersion: 'TLSv1.2' })
      const step = await peer.run(methodThroughServer(ask, { mac }), nobody).catch(() => undefined)
      peer.socket.destroy()
      const kind = step?.kind ?? 'stuck'
      ends.set(kind, (ends.get(kind) ?? 0) + 1)
    }
    expect(harness.attempts).to.deep.equal([])
    expect(ends.get('done')).to.equal(undefined)
    expect(ends.get('broken')).to.be.above(100)
    expect(harness.errors).to.deep.equal([])
    harness.clock.advance(200_000)
    expect(harness.server.stats()).to.deep.equal({ halfOpen: 0, running: 0 })
    expect(harness.wheelErrors).to.deep.equal([])
  })
})

const dataAt = 10

/** Does to the TLS data of a response what networks and attackers do; what frames it stays whole. */
function damage(packet: Buffer, random: Random): Buffer {
  const [id = 0, type = 0] = [packet[1], packet[4]]
  const data = packet.subarray(Math.min(dataAt, packet.length))
  const at = random(data.length + 1)
  const parts = [
    [data.subarray(0, at)],
    [data, data],
    [data.subarray(at), data.subarray(0, at)],
    [mutate(data, random)],
  ][random(4)]
  return response(id, type, Buffer.concat([Buffer.of(0), ...(parts ?? [])]))
}
