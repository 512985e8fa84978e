import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { generateSync } from 'otplib'
import type { App } from '../../src/compose/index.ts'
import type { Clock } from '../../src/support/index.ts'
import { run } from '../cli/fake-io.ts'
import type { SignInRequest, TestGateway } from '../lab/gateway.ts'
import { clockSince, placeFixture, readFacts, startFixture, verifyAudit } from './fixture.ts'

/**
 * What version 0.1.0 left behind: its configuration, sealing key, store, a backup, and a challenge that
 * was open. Names reach the disk (labels of keys, authenticated data, keys of limits, what the audit
 * hashes), so a later version that writes them otherwise cannot open these files. They are never made
 * again: facts.json says what is in them.
 */
const name = '0.1.0'
const facts = readFacts(name)
const { alice, bob, dave, erin, frank, grace } = facts.people

/** `before` says since when. */
let clock: Clock

const place = (store: 'store' | 'none') => placeFixture(name, store)
const start = (folder: string) => startFixture(folder, { clock, ...facts })

const hotp = (counter: number) => generateSync({ strategy: 'hotp', secret: bob.hotp, counter })

const totp = (secret: string, options: object = {}) =>
  generateSync({ strategy: 'totp', secret, epoch: Math.floor(clock.nowMs() / 1_000), ...options })

const codeOfDave = () => totp(dave.totp, { algorithm: 'sha256', digits: 8, period: 60 })

describe('what version 0.1.0 left behind', () => {
  let folder: string
  let app: App
  let gateway: TestGateway

  before(async () => {
    clock = clockSince(facts.madeAtMs)
    folder = await place('store')
    ;({ app, gateway } = await start(folder))
  })
  after(async () => {
    gateway?.close()
    await app?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const kindOf = async (request: SignInRequest) => (await gateway.signIn(request))?.kind
  const appended = (user: string, password: string, code: string) =>
    kindOf({ user, password: `${password},${code}`, nas: 'append' })

  it('goes on with the challenge that was open', async () => {
    const { user, nasIdentifier: nas, state } = facts.challenge
    const answer = { user, nas, password: codeOfDave(), state: Buffer.from(state, 'base64') }
    expect(await kindOf(answer)).to.equal('accept')
  })

  it('accepts the codes of its apps, its tokens and its recovery codes', async () => {
    expect(await appended('alice', alice.password, totp(alice.totp))).to.equal('accept')
    expect(await appended('bob', bob.password, hotp(bob.nextCounter))).to.equal('accept')
    expect(await appended('dave', dave.password, dave.recoveryCodes[0])).to.equal('accept')
  })

  it('refuses what was used before, and what is wrong or blocked', async () => {
    const nas = 'append'
    // Side by side: each Reject leaves after a second.
    expect(
      await Promise.all([
        appended('bob', bob.password, hotp(bob.nextCounter - 1)),
        appended('dave', dave.password, dave.usedRecoveryCode),
        kindOf({ user: 'alice', password: alice.password, nas, device: '00-1B-63-84-45-E7' }),
        kindOf({ user: 'frank', password: frank.password, nas }),
        kindOf({ user: 'erin', password: 'wrong', nas: 'chap' }),
      ]),
    ).to.deep.equal(['reject', 'reject', 'reject', 'reject', 'reject'])
  })

  it('knows the remembered device, the bypass, and the sealed password of the configuration', async () => {
    const nas = 'append'
    const device = alice.rememberedDevice
    expect(
      await Promise.all([
        kindOf({ user: 'alice', password: alice.password, nas, device }),
        kindOf({ user: 'grace', password: grace.password, nas }),
        kindOf({ user: 'erin', password: erin.password, nas: 'chap' }),
      ]),
    ).to.deep.equal(['accept', 'accept', 'accept'])
  })

  it('goes on with its audit, from its first row to the last new one', async () => {
    await app.stop()
    const report = await verifyAudit(folder)
    expect(report).to.include({ ok: true })
    expect(report.ok && report.rows).to.be.greaterThan(facts.auditRows + 10)
  })
})

describe('a backup of version 0.1.0', () => {
  it('is restored, and people sign in with what is in it', async () => {
    clock = clockSince(facts.madeAtMs)
    const folder = await place('none')
    const config = ['--config', join(folder, 'holdfast.yaml')]
    const restored = await run(['restore', join(folder, 'backup.db'), '--yes', ...config])
    expect(restored.code, restored.stderr).to.equal(0)
    const { app, gateway } = await start(folder)
    const nas = 'append'
    const used = `${dave.password},${dave.usedRecoveryCode}`
    const kept = `${dave.password},${dave.recoveryCodes[1]}`
    const again = await gateway.signIn({ user: 'dave', password: used, nas })
    const other = await gateway.signIn({ user: 'dave', password: kept, nas })
    gateway.close()
    await app.stop()
    rmSync(folder, { recursive: true, force: true })
    expect([again?.kind, other?.kind]).to.deep.equal(['reject', 'accept'])
  })
})
