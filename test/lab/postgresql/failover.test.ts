import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { type Store, StoreError } from '../../../src/store/index.ts'
import { freshUser, newTotp, rejectionOf, signInRecord } from '../../store/stores.ts'
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts'
import { needPostgresql, type Postgresql, type Standby, startPostgresql } from './server.ts'
import { openDatabase } from './stores.ts'

const packet = () => ({ requestAuthenticator: new Uint8Array(randomBytes(16)) })
const farMs = Date.now() + 86_400_000
const backends =
  "select count(*)::int as count from pg_stat_activity where application_name like 'holdfast %'"

async function untilWell(store: Store): Promise<void> {
  while (!(await store.probe()).ok) await new Promise((resolve) => setTimeout(resolve, 50))
}

/** The code that it is rejected with; '' where it is not. */
async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return ''
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return error.code
  }
}

describe('a standby that takes over', function () {
  this.timeout(300_000)
  let primary: Postgresql
  let standby: Standby
  let link: TcpProxy
  let store: Store

  beforeEach(async function () {
    needPostgresql(this)
    primary = await startPostgresql()
    link = await startTcpProxy(primary.port)
    standby = await primary.startStandby(link.port)
  })
  afterEach(async () => {
    await store?.close()
    await standby?.stop('immediate')
    await primary?.stop('immediate')
    await link?.stop()
  })

  const untilCopied = async () => {
    const [sent] = await primary.admin<{ lsn: string }>('select pg_current_wal_lsn() as lsn')
    const applied = `select pg_last_wal_replay_lsn() >= '${sent?.lsn}' as done`
    while (!(await standby.admin<{ done: boolean }>(applied))[0]?.done) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  async function openBoth(more: Parameters<typeof openDatabase>[1] = {}) {
    const place = await primary.createDatabase()
    const second = { host: '127.0.0.1', port: standby.port }
    const both = { ...place, hosts: [...place.hosts, second] }
    store = await openDatabase(both, { commitTimeoutMs: 2_000, ...more })
    return both
  }

  it('without the last moments hears again what was spent in them: nothing is used twice (O3)', async () => {
    const takeOvers: unknown[] = []
    await openBoth({ onTakeOver: (event) => takeOvers.push(event) })
    const hotp = { ...newTotp(freshUser()), method: 'hotp', counter: 0 } as const
    const { periodSeconds: _, driftSteps: __, lastStep: ___, ...token } = hotp
    const app = await store.authenticators.add(newTotp(freshUser()))
    const key = await store.authenticators.add(token)
    const codeHash = new Uint8Array(32).fill(1)
    const codes = { method: 'recovery', userKey: freshUser(), label: 'codes' } as const
    const list = await store.authenticators.add({ ...codes, codeHashes: [codeHash] })
    const passkey = await store.authenticators.add({
      ...{ method: 'passkey', userKey: freshUser(), label: 'key', credentialId: 'credential' },
      ...{ publicKey: new Uint8Array(77).fill(2), signCount: 4, transports: [], aaguid: '' },
      ...{ isDeviceBound: true, isBackedUp: false },
    })
    const signed = { signCount: 5, isBackedUp: false, atMs: Date.now() }
    const helpdesk = { userKey: freshUser(), codeHash: new Uint8Array(32).fill(3) }
    await store.enrolmentCodes.put({
      ...{ ...helpdesk, createdAtMs: Date.now(), untilMs: farMs, triesLeft: 10, madeBy: 'helena' },
    })
    const spendHelpdesk = () =>
      store.enrolmentCodes.spend(helpdesk.userKey, helpdesk.codeHash, Date.now())
    await store.audit.record(signInRecord())
    await untilCopied()

    link.setMode('hang')
    expect(await store.authenticators.spendTotp(app.id, 7, 0, packet())).to.equal('spent')
    expect(await store.authenticators.spendHotp(key.id, 3, packet())).to.equal('spent')
    expect(await store.authenticators.spendRecovery(list.id, codeHash, packet())).to.equal('spent')
    expect(await store.spent.spend('sent:a', packet(), farMs)).to.equal('spent')
    expect(await store.authenticators.usePasskey(passkey.id, signed)).to.equal(true)
    expect(await spendHelpdesk()).to.equal('right')
    await store.audit.record(signInRecord({ signInId: 'lost' }))
    await primary.stop('immediate')
    await standby.promote()
    await untilWell(store)

    expect(takeOvers).to.deep.equal([{ timeline: 2, spends: 6 }])
    expect(await store.authenticators.spendTotp(app.id, 7, 0, packet())).to.equal('reused')
    expect(await store.authenticators.spendHotp(key.id, 3, packet())).to.equal('reused')
    expect(await store.authenticators.spendRecovery(list.id, codeHash, packet())).to.equal('reused')
    expect(await store.spent.spend('sent:a', packet(), farMs)).to.equal('reused')
    expect(await store.authenticators.usePasskey(passkey.id, signed)).to.equal(false)
    expect(await spendHelpdesk()).to.equal('none')
    // The chain goes on from the row that is there; the second row says that one was lost.
    await store.audit.record(signInRecord())
    expect(await store.audit.verifyAuditChain()).to.include({ ok: true, rows: 3 })
  })

  it('is followed, and the old primary is not used again when it comes back (O21)', async () => {
    await openBoth()
    await untilCopied()
    await primary.stop('immediate')
    await standby.promote()
    await untilWell(store)
    await store.settings.set('where', 'new')
    // The first of the list, and it takes writes.
    await primary.start()
    await standby.admin(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'holdfast %'",
    )
    await untilWell(store)
    expect(await store.settings.get('where')).to.equal('new')
    await standby.stop('immediate')
    expect(await codeOf(store.settings.set('where', 'old'))).to.equal('database-away')
  })

  it('is passed over while it is a standby', async () => {
    const { hosts, ...rest } = await openBoth()
    await store.close()
    store = await openDatabase({ ...rest, hosts: hosts.toReversed() })
    await store.settings.set('where', 'primary')
    const alone = { ...rest, hosts: hosts.slice(1) }
    const error = await rejectionOf(openDatabase(alone))
    expect(error).to.include({ code: 'database-away' })
    expect((error as StoreError).detail).to.contain('the server is a standby')
  })

  describe('and for which commits wait', () => {
    let lastPlace: Awaited<ReturnType<typeof openBoth>>
    beforeEach(async () => {
      lastPlace = await openBoth()
      await untilCopied()
      await primary.admin("alter system set synchronous_standby_names = 'standby'")
      await primary.admin('select pg_reload_conf()')
      link.setMode('hang')
      // The setting applies as soon as all processes of the server have read it.
      while ((await store.probe()).ok) await new Promise((resolve) => setTimeout(resolve, 20))
    })

    it('fails commits while it is away, holds few connections, and is forgiven (O5)', async () => {
      const evidence = packet()
      for (let tries = 0; tries < 4; tries += 1) {
        expect(await codeOf(store.spent.spend(`sent:${tries}`, evidence, farMs))).to.be.oneOf([
          'store-too-slow',
          'database-away',
        ])
        const [open] = await primary.admin<{ count: number }>(backends)
        expect(open?.count).to.be.at.most(3)
      }
      await primary.admin("alter system set synchronous_standby_names = ''")
      await primary.admin('select pg_reload_conf()')
      await untilWell(store)
      // It may have been done: the same packet is told so, another one is refused.
      expect(await store.spent.spend('sent:0', evidence, farMs)).to.be.oneOf([
        'spent',
        'same-request',
      ])
      expect(await store.spent.spend('sent:0', packet(), farMs)).to.equal('reused')
    })

    it('holds few connections of a node too, however much is asked, and serves soon after (O5)', async () => {
      const { hosts, ...place } = lastPlace
      await store.close()
      await primary.admin("alter system set synchronous_standby_names = ''")
      await primary.admin('select pg_reload_conf()')
      store = await openDatabase(
        { ...place, hosts },
        { commitTimeoutMs: 1_000, sharing: 'several', serves: { version: 'x' } },
      )
      await primary.admin("alter system set synchronous_standby_names = 'standby'")
      await primary.admin('select pg_reload_conf()')
      while ((await store.probe()).ok) await new Promise((resolve) => setTimeout(resolve, 20))
      let most = 0
      let spent = 0
      for (let round = 0; round < 10; round += 1) {
        const asked = Array.from({ length: 40 }, (_, index) =>
          codeOf(store.spent.spend(`sent:${round}-${index}`, packet(), farMs)),
        )
        for (const code of await Promise.all(asked)) if (code === '') spent += 1
        const [open] = await primary.admin<{ count: number }>(backends)
        most = Math.max(most, open?.count ?? 0)
      }
      expect(most).to.be.at.most(10)
      expect(spent).to.equal(0)
      await primary.admin("alter system set synchronous_standby_names = ''")
      await primary.admin('select pg_reload_conf()')
      await untilWell(store)
      expect(await store.spent.spend('sent:after', packet(), farMs)).to.equal('spent')
    })

    it('makes a commit whose wait was cancelled unknown, which the server calls a success (O4)', async () => {
      let isOver = false
      const spending = codeOf(store.spent.spend('sent:b', packet(), farMs)).finally(() => {
        isOver = true
      })
      while (!isOver) {
        await primary.admin(
          "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'",
        )
      }
      expect(await spending).to.equal('database-away')
    })
  })
})
