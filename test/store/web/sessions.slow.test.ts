import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import type { WebSession } from '../../../src/accounts/index.ts'
import { createKeyring, openStore } from '../../../src/store/index.ts'
import { sessionsAPerson } from '../../../src/store/web/sessions.ts'
import {
  createFolder,
  describeSharedStores,
  describeStores,
  freshUser,
  masterKey,
} from '../stores.ts'

const nowMs = 1_800_000_000_000
const hourMs = 3_600_000

function session(userKey: string, change: Partial<WebSession> = {}): WebSession {
  return {
    tokenHash: new Uint8Array(randomBytes(32)),
    userKey,
    userName: 'alice',
    kind: 'whole',
    method: 'totp',
    authenticatorId: 'app-1',
    passwordStamp: '133644672000000000',
    createdAtMs: nowMs,
    seenAtMs: nowMs,
    endsAtMs: nowMs + 12 * hourMs,
    address: '192.0.2.10',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) "Firefox"',
    ...change,
  }
}

describeSharedStores('portal sessions', (current) => {
  const open = async (change: Partial<WebSession> = {}, userKey = freshUser()) => {
    const added = session(userKey, change)
    expect(await current.store().webSessions.add(added)).to.equal(true)
    return added
  }
  const use = ({ tokenHash }: WebSession, atMs = nowMs) =>
    current.store().webSessions.use(tokenHash, atMs, hourMs)

  it('are found by the hash of their token, as they were added', async () => {
    const added = await open()
    expect(await use(added)).to.deep.equal(added)
  })

  it('keep what may be absent absent', async () => {
    const {
      method: _,
      authenticatorId: ___,
      passwordStamp: __,
      ...rest
    } = session(freshUser(), { kind: 'setup' })
    await current.store().webSessions.add(rest)
    expect(await current.store().webSessions.use(rest.tokenHash, nowMs, hourMs)).to.deep.equal(rest)
  })

  it('are not found by anything else', async () => {
    const { webSessions } = current.store()
    const added = await open()
    const flipped = Uint8Array.from(added.tokenHash, (byte, at) => (at === 31 ? byte ^ 1 : byte))
    for (const garbage of [
      new Uint8Array(),
      new Uint8Array(32),
      added.tokenHash.subarray(0, 31),
      new Uint8Array([...added.tokenHash, 0]),
      flipped,
      new Uint8Array(100_000),
    ]) {
      expect(await webSessions.use(garbage, nowMs, hourMs)).to.equal(undefined)
      expect(await webSessions.end(garbage)).to.equal(false)
    }
    expect(await use(added)).to.deep.equal(added)
  })

  it('end at their end, however much they are used', async () => {
    const added = await open({ endsAtMs: nowMs + 2 * hourMs })
    for (let atMs = nowMs; atMs < added.endsAtMs; atMs += hourMs / 2) {
      expect(await use(added, atMs), `${atMs - nowMs}`).to.include({ seenAtMs: atMs })
    }
    expect(await use(added, added.endsAtMs - 1)).to.include({ userKey: added.userKey })
    expect(await use(added, added.endsAtMs)).to.equal(undefined)
  })

  it('end when they were idle for too long, and are not woken by the one who asks', async () => {
    const added = await open()
    expect(await use(added, nowMs + hourMs)).to.equal(undefined)
    expect(await use(added, nowMs + hourMs)).to.equal(undefined)
    expect(await use(added, nowMs + hourMs - 1)).to.include({ seenAtMs: nowMs + hourMs - 1 })
  })

  it('note that they were seen once a minute', async () => {
    const added = await open()
    expect(await use(added, nowMs + 59_999)).to.include({ seenAtMs: nowMs })
    expect(await use(added, nowMs + 60_000)).to.include({ seenAtMs: nowMs + 60_000 })
    expect(await use(added, nowMs + 119_999)).to.include({ seenAtMs: nowMs + 60_000 })
  })

  it('are listed in the order of their start, without those that have ended', async () => {
    const { webSessions } = current.store()
    const userKey = freshUser()
    const late = await open({ createdAtMs: nowMs + 5 }, userKey)
    const early = await open({ createdAtMs: nowMs + 1 }, userKey)
    await open({ endsAtMs: nowMs }, userKey)
    await open({ seenAtMs: nowMs - hourMs }, userKey)
    await open()
    expect(await webSessions.list(userKey, nowMs, hourMs)).to.deep.equal([early, late])
  })

  it('end one at a time; of two who end it, one has ended it', async () => {
    const { webSessions } = current.store()
    const added = await open()
    const ends = await Promise.all([
      webSessions.end(added.tokenHash),
      webSessions.end(added.tokenHash),
    ])
    expect(ends).to.have.members([true, false])
    expect(await use(added)).to.equal(undefined)
  })

  it('end all of a person but one, and of no one else', async () => {
    const { webSessions } = current.store()
    const userKey = freshUser()
    const mine = [await open({}, userKey), await open({}, userKey), await open({}, userKey)]
    const other = await open()
    expect(await webSessions.endAll(userKey, mine[1]?.tokenHash)).to.equal(2)
    expect(await webSessions.list(userKey, nowMs, hourMs)).to.deep.equal([mine[1]])
    expect(await webSessions.endAll(userKey)).to.equal(1)
    expect(await webSessions.endAll(userKey)).to.equal(0)
    expect(await use(other)).to.deep.equal(other)
  })

  it('that end while they are being noted as seen stay ended', async () => {
    const { webSessions } = current.store()
    const added = await open()
    const [, ended] = await Promise.all([
      use(added, nowMs + 60_000),
      webSessions.endAll(added.userKey),
    ])
    expect(ended).to.equal(1)
    expect(await use(added, nowMs + 60_000)).to.equal(undefined)
  })

  it(`are at most ${sessionsAPerson} a person: the oldest one ends`, async () => {
    const { webSessions } = current.store()
    const userKey = freshUser()
    const other = await open()
    const added: WebSession[] = []
    for (let index = 0; index <= sessionsAPerson; index += 1) {
      added.push(await open({ createdAtMs: nowMs + index }, userKey))
    }
    expect(await webSessions.list(userKey, nowMs, hourMs)).to.deep.equal(added.slice(1))
    expect(await use(other)).to.deep.equal(other)
  })

  it('end with a block, and none begins during it', async () => {
    const { accounts, webSessions } = current.store()
    const added = await open()
    await accounts.block(added.userKey, 'lost laptop', nowMs)
    expect(await use(added)).to.equal(undefined)
    expect(await webSessions.add(session(added.userKey))).to.equal(false)
    expect(await webSessions.list(added.userKey, nowMs, hourMs)).to.deep.equal([])
    await accounts.release(added.userKey)
    expect(await webSessions.add(session(added.userKey))).to.equal(true)
  })

  it('never outlive a block that comes at the same moment', async () => {
    const { accounts, webSessions } = current.store()
    const userKey = freshUser()
    await Promise.all([
      webSessions.add(session(userKey)),
      accounts.block(userKey, 'stolen', nowMs),
      webSessions.add(session(userKey)),
    ])
    expect(await webSessions.list(userKey, nowMs, hourMs)).to.deep.equal([])
  })

  it('keep no more of a User-Agent than a line', async () => {
    const added = await open({ userAgent: 'é'.repeat(100_000) })
    expect((await use(added))?.userAgent).to.equal('é'.repeat(256))
  })
})

describeStores('portal sessions and time', (current) => {
  it('are there after the store was opened again', async () => {
    const added = session('corp:alice')
    await current.store().webSessions.add(added)
    const { webSessions } = await current.reopen()
    expect(await webSessions.use(added.tokenHash, nowMs, hourMs)).to.deep.equal(added)
  })

  it('are counted while they are open, and taken away once they have ended', async () => {
    const { webSessions } = current.store()
    const ended = Array.from({ length: 5 }, (_, index) =>
      session(`corp:user-${index}`, { endsAtMs: nowMs - index }),
    )
    const open = session('corp:alice')
    const idle = session('corp:bob', { seenAtMs: nowMs - hourMs })
    for (const each of [...ended, open, idle]) await webSessions.add(each)
    expect(await webSessions.countOpen(nowMs, hourMs)).to.equal(1)
    expect(await webSessions.purge(nowMs, 2)).to.equal(5)
    expect(await webSessions.purge(nowMs, 2)).to.equal(0)
    expect(await webSessions.endAll('corp:bob')).to.equal(1)
    expect(await webSessions.use(open.tokenHash, nowMs, hourMs)).to.deep.equal(open)
  })
})

describe('portal sessions, written past the store (sqlite)', () => {
  const folder = createFolder()
  const file = join(folder.path, 'store.db')
  const open = () =>
    openStore({ file, keyring: createKeyring({ current: masterKey }), node: 'node-1' })
  after(() => folder.remove())

  const foreign = new Uint8Array(32).fill(9)
  const forgeries: Readonly<
    Record<string, readonly [string, ...(string | number | Uint8Array)[]]>
  > = {
    'another person': [`user_key = ?`, 'corp:alice'],
    'another name': [`user_name = ?`, 'alice'],
    'another kind': [`kind = ?`, 'whole'],
    'another method': [`method = ?`, 'call'],
    'another password': [`password_stamp = ?`, '1'],
    'no stamp of a password': [`password_stamp = null`],
    'a later end': [`ends_at_ms = ?`, nowMs + 100 * hourMs],
    'the token of someone else': [`token_hash = ?`, foreign],
    'no keyed hash': [`mac = x''`],
  }
  for (const [what, [change, ...values]] of Object.entries(forgeries)) {
    it(`do not count with ${what}`, async () => {
      const mine = session('corp:mallory', { userName: 'mallory', kind: 'setup' })
      const store = await open()
      await store.webSessions.add(mine)
      await store.close()
      const database = new DatabaseSync(file)
      const update = database.prepare(`update web_session set ${change}`)
      expect(update.run(...values).changes).to.equal(1)
      database.close()
      const again = await open()
      const found = []
      for (const token of [mine.tokenHash, foreign]) {
        for (const atMs of [nowMs, nowMs + 13 * hourMs]) {
          found.push(await again.webSessions.use(token, atMs, 24 * hourMs))
        }
      }
      for (const userKey of ['corp:mallory', 'corp:alice']) {
        expect(await again.webSessions.list(userKey, nowMs, hourMs)).to.deep.equal([])
        await again.webSessions.endAll(userKey)
      }
      await again.close()
      expect(found).to.deep.equal([undefined, undefined, undefined, undefined])
    })
  }
})
