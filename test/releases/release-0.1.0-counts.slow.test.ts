import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { generateSync } from 'otplib'
import { parse, stringify } from 'yaml'
import type { App } from '../../src/compose/index.ts'
import type { Clock } from '../../src/support/index.ts'
import { demoPhone } from '../lab/demo-phone.ts'
import type { SignInRequest, TestGateway } from '../lab/gateway.ts'
import { msChapOf } from '../recorded/parts/proofs.ts'
import {
  clockSince,
  placeFixture,
  type Running,
  readFacts,
  startFixture,
  verifyAudit,
} from './fixture.ts'

const name = '0.1.0-counts'
const facts = readFacts(name)

/**
 * What version 0.1.0 had counted, spent and sealed. Its keys of limits, the way it writes down spent States, and the
 * texts that seal a value are on disk. So a later version that writes them otherwise would forget them. These files are
 * never made again, and facts.json says what is in them.
 */
describe('what version 0.1.0 had counted, spent and sealed', () => {
  let clock: Clock
  let folder: string
  let app: App
  let gateway: TestGateway
  let phone: ReturnType<typeof demoPhone>
  let devices = 0

  before(async () => {
    clock = clockSince(facts.madeAtMs)
    folder = await placeFixture(name, 'store')
    await start()
  })
  after(async () => {
    gateway?.close()
    await app?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function start(): Promise<void> {
    const running: Running = await startFixture(folder, { clock, ...facts })
    ;({ app, gateway } = running)
    phone = demoPhone(running.http?.port ?? 0)
  }

  /** From a device of its own, so that no answer of an earlier sign-in counts. */
  async function kindOf(request: SignInRequest): Promise<string | undefined> {
    devices += 1
    const device = `198.51.100.${devices}`
    return (await gateway.signIn({ device, ...request }))?.kind
  }
  const passwordOf = (user: string) => `${user}-password`
  const appended = (user: string, code: string) =>
    kindOf({ user, password: `${passwordOf(user)},${code}`, nas: 'append' })

  const callsTo = async (user: string) =>
    (await phone.list()).filter((each) => each.kind === 'call' && each.user === user).length

  /** The next call to this person, which they answer with these keys. */
  async function called(user: string, ...keys: string[]): Promise<string | undefined> {
    const before = await callsTo(user)
    const ended = kindOf({ user, password: passwordOf(user), nas: 'calls' })
    const { id } = await phone.next('call', user, before)
    for (const each of keys) await phone.press(id, each)
    return ended
  }

  /** What becomes of a sign-in that must ring no one's phone. */
  async function notCalled(user: string): Promise<string | undefined> {
    const before = await callsTo(user)
    const kind = await kindOf({ user, password: passwordOf(user), nas: 'calls' })
    expect(await callsTo(user), `calls to ${user}`).to.equal(before)
    return kind
  }

  const totp = (user: string, steps = 0) =>
    generateSync({
      strategy: 'totp',
      secret: facts.seeds[user],
      epoch: Math.floor(clock.nowMs() / 1_000) + steps * 30,
    })
  function wrongCode(user: string): string {
    const near = Array.from({ length: 9 }, (_, index) => totp(user, index - 4))
    for (let code = 100_000; ; code += 1) if (!near.includes(String(code))) return String(code)
  }

  /** Another configuration from now on. */
  async function limit(limits: Readonly<Record<string, number>>): Promise<void> {
    const file = join(folder, 'holdfast.yaml')
    writeFileSync(file, stringify({ ...parse(readFileSync(file, 'utf8')), limits }))
    await app.reload()
  }

  it('counts the earlier calls to a user, to a number and to numbers that begin in the same way', async () => {
    // One more for uwe, of whom no limit is reached; it would be the next one for the others too.
    expect(await called('uwe', '#')).to.equal('accept')
    expect(
      [await notCalled('ursula'), await notCalled('nick'), await notCalled('pia')],
      'user, number, prefix',
    ).to.deep.equal(['reject', 'reject', 'reject'])
  })

  it('counts them for the day', async () => {
    const much = {
      prompts_per_user_hour: 100,
      prompts_per_number_hour: 100,
      prompts_per_prefix_hour: 100,
    }
    const soFar = facts.calls.total + 1
    await limit({ ...much, prompts_per_day: soFar })
    expect(await notCalled('ursula')).to.equal('reject')
    await limit({ ...much, prompts_per_day: soFar + 3 })
    expect(await called('ursula', '#')).to.equal('accept')
  })

  it('asks for the PIN that was sealed', async () => {
    expect(await called('pam', '#', '1234#', '4711#')).to.equal('accept')
    expect(await called('pam', '#', '1234#', '1235#', '1236#')).to.equal('reject')
  })

  it('checks MS-CHAP with the NT hash that was sealed', async () => {
    const msChap = (password: string) =>
      kindOf({ user: 'hank', nas: 'chap', more: msChapOf({ msChap: password }, 'hank', password) })
    expect(await msChap(facts.hank.password)).to.equal('accept')
    expect(await msChap('another')).to.equal('reject')
  })

  it('refuses the State that was spent, and takes the one that was not', async () => {
    const { hotp: secret, nextCounter: counter, device, spentState, openState } = facts.sam
    const code = generateSync({ strategy: 'hotp', secret, counter })
    const answer = (state: string) =>
      kindOf({
        ...{ user: 'sam', password: code, nas: 'challenge', device },
        state: Buffer.from(state, 'base64'),
      })
    expect(await answer(spentState)).to.equal('reject')
    expect(await answer(openState)).to.equal('accept')
  })

  it('goes on with the wrong codes that were counted, and with the lock', async () => {
    // Six lock. Of will there were four, of wanda five, of lars six.
    expect(
      await Promise.all(['will', 'wanda'].map((user) => appended(user, wrongCode(user)))),
    ).to.deep.equal(['reject', 'reject'])
    expect(
      await Promise.all(['will', 'wanda', 'lars'].map((user) => appended(user, totp(user)))),
    ).to.deep.equal(['accept', 'reject', 'reject'])
  })

  it('says in the audit why, and verifies it from its first row', async () => {
    await app.stop()
    const database = new DatabaseSync(join(folder, 'store/holdfast.db'))
    const rows = database
      .prepare('select user_name, reason, timeline from audit where seq > ? order by seq')
      .all(facts.auditRows)
    database.close()
    const reasons = (user: string) =>
      rows.filter((row) => row.user_name === user).map(({ reason }) => reason)
    const limits = rows.flatMap(({ timeline }) =>
      [...String(timeline).matchAll(/"key":"(prompts:[a-z]+)"/g)].map(([, key]) => key),
    )
    expect(limits).to.deep.equal(['prompts:user', 'prompts:to', 'prompts:prefix', 'prompts:day'])
    expect(reasons('sam')).to.deep.equal(['state-invalid', 'accepted'])
    expect(reasons('wanda')).to.deep.equal(['code-wrong', 'locked'])
    expect(reasons('lars')).to.deep.equal(['locked'])
    const report = await verifyAudit(folder)
    expect(report).to.include({ ok: true })
    expect(report.ok && report.rows).to.equal(facts.auditRows + rows.length)
  })
})

describe('the audit of version 0.1.0', () => {
  /** Of a row in the middle, this column with another value. */
  async function verifiedWith(column: string): Promise<boolean> {
    const folder = await placeFixture(name, 'store')
    const database = new DatabaseSync(join(folder, 'store/holdfast.db'))
    const changed = `case typeof("${column}") when 'integer' then "${column}" + 1000 else coalesce("${column}", '') || 'x' end`
    database.exec(`update audit set "${column}" = ${changed} where seq = 20`)
    database.close()
    const report = await verifyAudit(folder)
    rmSync(folder, { recursive: true, force: true })
    return report.ok
  }

  it('verifies as it was, and not with any column changed', async function () {
    // It opens a store for each of twenty columns.
    this.timeout(180_000)
    const folder = await placeFixture(name, 'store')
    const database = new DatabaseSync(join(folder, 'store/holdfast.db'))
    const columns = database.prepare('pragma table_info(audit)').all()
    database.close()
    expect((await verifyAudit(folder)).ok, 'nothing changed').to.equal(true)
    rmSync(folder, { recursive: true, force: true })
    const unseen: string[] = []
    for (const { name: column } of columns) {
      if (await verifiedWith(String(column))) unseen.push(String(column))
    }
    expect(columns.length).to.be.greaterThan(15)
    expect(unseen).to.deep.equal([])
  })
})
