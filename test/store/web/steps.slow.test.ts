import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import type { WebStep } from '../../../src/accounts/index.ts'
import { createKeyring, openStore } from '../../../src/store/index.ts'
import { stepsAPerson, stepsOfStrangers } from '../../../src/store/web/steps.ts'
import {
  createFolder,
  describeSharedStores,
  describeStores,
  freshUser,
  masterKey,
} from '../stores.ts'

const nowMs = 1_800_000_000_000

function step(change: Partial<WebStep> = {}): WebStep {
  return {
    tokenHash: new Uint8Array(randomBytes(32)),
    kind: 'setup',
    userKey: freshUser(),
    content: '{"seed":"JBSWY3DPEHPK3PXP","näme":"\\u0000\'"}',
    untilMs: nowMs + 600_000,
    ...change,
  }
}

describeSharedStores('portal steps', (current) => {
  const put = async (change: Partial<WebStep> = {}) => {
    const added = step(change)
    await current.store().webSteps.put(added)
    return added
  }
  const take = ({ tokenHash, kind }: WebStep, atMs = nowMs) =>
    current.store().webSteps.take(tokenHash, kind, atMs)

  it('are taken once, as they were put', async () => {
    const added = await put()
    expect(await take(added)).to.deep.equal(added)
    expect(await take(added)).to.equal(undefined)
  })

  it('need no person', async () => {
    const { userKey: _, ...added } = step({ kind: 'sign-in' })
    await current.store().webSteps.put(added)
    expect(await take(added)).to.deep.equal(added)
  })

  it('are had by exactly one of many who take them at once', async () => {
    const added = await put()
    const taken = await Promise.all(Array.from({ length: 20 }, () => take(added)))
    expect(taken.filter((one) => one !== undefined)).to.deep.equal([added])
  })

  it('stay where they are when another kind is asked for', async () => {
    const added = await put({ kind: 'confirmation' })
    const { webSteps } = current.store()
    for (const kind of ['sign-in', 'proof', 'setup'] as const) {
      expect(await webSteps.take(added.tokenHash, kind, nowMs)).to.equal(undefined)
    }
    expect(await take(added)).to.deep.equal(added)
  })

  it('are not there once they have ended', async () => {
    const added = await put()
    expect(await take(added, added.untilMs)).to.equal(undefined)
    expect(await take(added, added.untilMs - 1)).to.deep.equal(added)
  })

  it('are not found by anything but the hash of their token', async () => {
    const added = await put()
    const { webSteps } = current.store()
    for (const garbage of [new Uint8Array(), new Uint8Array(32), added.tokenHash.subarray(1)]) {
      expect(await webSteps.take(garbage, added.kind, nowMs)).to.equal(undefined)
    }
    expect(await take(added)).to.deep.equal(added)
  })

  it('can be put again after they were taken, and twice: the last one counts', async () => {
    const added = await put()
    await take(added)
    await put(added)
    await put({ ...added, content: '{"tries":2}' })
    expect(await take(added)).to.deep.equal({ ...added, content: '{"tries":2}' })
    expect(await take(added)).to.equal(undefined)
  })

  it('are forgotten with a block, and on demand, of one person', async () => {
    const { accounts, webSteps } = current.store()
    const [first, second, other] = [await put(), await put(), await put()]
    await webSteps.forget(first.userKey ?? '')
    await accounts.block(second.userKey ?? '', 'stolen', nowMs)
    expect(await take(first)).to.equal(undefined)
    expect(await take(second)).to.equal(undefined)
    expect(await take(other)).to.deep.equal(other)
  })

  it(`are at most ${stepsAPerson} of a person and kind: the oldest one goes`, async () => {
    const userKey = freshUser()
    const setup = await put({ userKey, kind: 'setup', untilMs: nowMs + 1 })
    const signIns: WebStep[] = []
    for (let index = 0; index <= stepsAPerson; index += 1) {
      signIns.push(await put({ userKey, kind: 'sign-in', untilMs: nowMs + 1_000 + index }))
    }
    const left = await Promise.all(signIns.map((each) => take(each)))
    expect(left).to.deep.equal([undefined, ...signIns.slice(1)])
    // A thief with the password alone can only begin to sign in.
    expect(await take(setup)).to.deep.equal(setup)
  })
})

describeStores('portal steps and the disk', (current) => {
  it('are there after the store was opened again', async () => {
    const added = step()
    await current.store().webSteps.put(added)
    const { webSteps } = await current.reopen()
    expect(await webSteps.take(added.tokenHash, added.kind, nowMs)).to.deep.equal(added)
  })

  it('of strangers do not fill the disk, and push out none of a person', async () => {
    const { webSteps } = current.store()
    const mine = step({ kind: 'sign-in', untilMs: nowMs + 1 })
    await webSteps.put(mine)
    const tokens: Uint8Array[] = []
    for (let index = 0; index < stepsOfStrangers + 25; index += 1) {
      const { userKey: _, ...stranger } = step({ kind: 'sign-in', untilMs: nowMs + 1_000 + index })
      tokens.push(stranger.tokenHash)
      await webSteps.put(stranger)
    }
    const taken = await Promise.all(tokens.map((token) => webSteps.take(token, 'sign-in', nowMs)))
    expect(taken.filter((one) => one !== undefined)).to.have.length(stepsOfStrangers)
    expect(taken.slice(0, 25)).to.deep.equal(Array(25).fill(undefined))
    expect(await webSteps.take(mine.tokenHash, 'sign-in', nowMs)).to.deep.equal(mine)
  })

  it('are taken away once they have ended', async () => {
    const { webSteps } = current.store()
    for (let index = 0; index < 5; index += 1) await webSteps.put(step({ untilMs: nowMs - index }))
    const open = step()
    await webSteps.put(open)
    expect(await webSteps.purge(nowMs, 2)).to.equal(5)
    expect(await webSteps.purge(nowMs, 2)).to.equal(0)
    expect(await webSteps.take(open.tokenHash, open.kind, nowMs)).to.deep.equal(open)
  })
})

describe('portal steps on the disk (sqlite)', () => {
  const folder = createFolder()
  const file = join(folder.path, 'store.db')
  const unreadable: string[] = []
  const open = () =>
    openStore({
      ...{ file, keyring: createKeyring({ current: masterKey }), node: 'node-1' },
      onUnreadable: ({ code }) => unreadable.push(code),
    })
  after(() => folder.remove())

  async function takeAfter(statement: string, ...values: (string | number | Uint8Array)[]) {
    const added = step({ userKey: 'corp:alice' })
    const store = await open()
    await store.webSteps.put(added)
    await store.close()
    const database = new DatabaseSync(file)
    const { clear } =
      database.prepare(`select instr(content, 'JBSWY3') as clear from web_step`).get() ?? {}
    expect(clear).to.equal(0)
    expect(database.prepare(statement).run(...values).changes).to.equal(1)
    database.close()
    const again = await open()
    const kinds = ['sign-in', 'proof', 'confirmation', 'setup'] as const
    const tokens = [added.tokenHash, new Uint8Array(32).fill(9)]
    const taken = tokens.flatMap((token) =>
      kinds.map((kind) => again.webSteps.take(token, kind, nowMs)),
    )
    const found = (await Promise.all(taken)).filter((one) => one !== undefined)
    await again.close()
    return found
  }

  const changes: Readonly<Record<string, readonly [string, ...(string | number | Uint8Array)[]]>> =
    {
      'another person': [`update web_step set user_key = ?`, 'corp:mallory'],
      'another kind': [`update web_step set kind = 'confirmation'`],
      'another token': [`update web_step set token_hash = ?`, new Uint8Array(32).fill(9)],
      'a later end': [`update web_step set until_ms = until_ms + 1`],
      garbage: [`update web_step set content = x'00'`],
    }
  for (const [what, [statement, ...values]] of Object.entries(changes)) {
    it(`do not open with ${what}`, async () => {
      unreadable.length = 0
      expect(await takeAfter(statement, ...values)).to.deep.equal([])
      expect(unreadable).to.deep.equal(['sealed-value-invalid'])
    })
  }
})
