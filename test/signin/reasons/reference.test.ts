import { expect } from 'chai'
import { parseReference, type Reason, referenceOf } from '../../../src/signin/index.ts'
import { withReference } from '../../../src/signin/reasons/reference.ts'
import {
  call,
  createWorld,
  defaultSettings,
  flush,
  gatewayRules,
  type Pending,
  pap,
  totp,
  type World,
  wrongCodeFor,
} from '../harness.ts'

function createReferencedWorld(): World {
  return createWorld({ settings: { references: true } })
}

function messageOf({ outcome }: Pending): string {
  if (outcome?.kind !== 'reject') throw new Error(`expected a reject, got ${outcome?.kind}`)
  return outcome.message
}

describe('the reference of a refusal', () => {
  it('is four characters that are not mistaken, the same for one attempt', () => {
    const references = Array.from({ length: 2_000 }, (_, index) => referenceOf(`x${index}`))
    for (const reference of references) expect(reference).to.match(/^[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(new Set(references).size).to.be.above(1_900)
    expect(referenceOf('x1')).to.equal(references[1])
  })

  it('is read as people type it, and nothing else is', () => {
    expect(['7k2m', 'OIL0', '0110'].map(parseReference)).to.deep.equal(['7K2M', '0110', '0110'])
    for (const none of ['', '7K2', '7K2MM', '7K2U', '7K 2', '7K2é', 'alice']) {
      expect(parseReference(none), none).to.equal(undefined)
    }
  })

  it('never makes a text longer than 253 bytes, nor cuts a character', () => {
    for (const message of ['x'.repeat(253), '€'.repeat(84), '😀'.repeat(63), '', 'Short.']) {
      const outcome = withReference({ kind: 'reject', reason: 'denied', message }, 'x1')
      if (outcome.kind !== 'reject') throw new Error('it is another outcome')
      expect(Buffer.byteLength(outcome.message)).to.be.at.most(253)
      expect(outcome.message.endsWith(` Ref ${referenceOf('x1')}`)).to.equal(true)
      expect(message.startsWith(outcome.message.slice(0, -9))).to.equal(true)
      expect(outcome.message).not.to.include('\uFFFD')
    }
  })

  const ways: readonly (readonly [Reason, (world: World) => Promise<Pending>])[] = [
    ['user-unknown', async (world) => world.start({ user: 'nobody' })],
    ['name-invalid', async (world) => world.start({ user: '' })],
    ['password-wrong', async (world) => world.start({ password: 'wrong' })],
    ['password-empty', async (world) => world.start({ credential: pap('') })],
    ['state-invalid', async (world) => world.start({ state: new Uint8Array(40) })],
    ['denied', async (world) => world.start({ gateway: gatewayRules({ denyGroups: ['staff'] }) })],
    [
      'blocked',
      async (world) => {
        await world.stores.accounts.block('local:alice', 'a test', world.clock.nowMs())
        return world.start()
      },
    ],
    [
      'code-wrong',
      async (world) => {
        const app = await world.enrol('alice', totp)
        const code = wrongCodeFor(world, app)
        return world.start({
          password: `Winter-2024,${code}`,
          gateway: gatewayRules({ flow: 'append' }),
        })
      },
    ],
    [
      'store-failed',
      async (world) => {
        world.stores.failing.add('authenticators.list')
        return world.start()
      },
    ],
    ['not-enrolled', async (world) => world.start({ user: 'dave' })],
    [
      'prompt-refused',
      async (world) => {
        await world.enrol('alice', call)
        const pending = world.start()
        await flush()
        world.phone.ringing()[0]?.answer({ kind: 'refused' })
        return pending
      },
    ],
  ]
  for (const [reason, refuse] of ways) {
    it(`is on ${reason}, and follows from the attempt alone`, async () => {
      const world = createReferencedWorld()
      const pending = await refuse(world)
      await flush()
      expect(pending.outcome?.reason).to.equal(reason)
      const reference = referenceOf(pending.attempt.id)
      expect(messageOf(pending).endsWith(` Ref ${reference}`)).to.equal(true)
      if (reason !== 'store-failed') {
        expect(world.rows.at(-1)).to.include({ reason, reference })
        expect(world.lines.at(-1)).to.include({ reason, reference })
      }
    })
  }

  it('is that of each request where several share one refusal', async () => {
    const world = createReferencedWorld()
    await world.enrol('alice', call)
    const pending = [world.start({ port: '1' }), world.start({ port: '1' })]
    await flush()
    world.phone.ringing()[0]?.answer({ kind: 'refused' })
    await flush()
    const texts = pending.map(messageOf)
    expect(new Set(texts.map((text) => text.slice(0, -4))).size).to.equal(1)
    for (const [index, { attempt }] of pending.entries()) {
      expect(texts[index]?.match(/Ref/g)).to.have.length(1)
      expect(texts[index]).to.include(referenceOf(attempt.id))
    }
    expect(world.rows.map(({ reference }) => reference)).to.have.members(
      pending.map(({ attempt }) => referenceOf(attempt.id)),
    )
  })

  it('is on no text where references are off, but in the audit all the same', async () => {
    const world = createWorld({ settings: { ...defaultSettings, references: false } })
    const pending = world.start({ user: 'nobody' })
    await flush()
    expect(messageOf(pending)).not.to.include('Ref')
    expect(world.rows[0]?.reference).to.equal(referenceOf(pending.attempt.id))
  })

  it('is not given to a person who gets in', async () => {
    const world = createReferencedWorld()
    const app = await world.enrol('alice', totp)
    const outcome = await world.ask({ password: `Winter-2024,${world.code(app)}` })
    expect(outcome.reason).to.equal('accepted')
    expect(world.rows[0]).not.to.have.property('reference')
  })
})
