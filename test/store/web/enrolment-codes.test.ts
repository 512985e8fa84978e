import { expect } from 'chai'
import type { EnrolmentCode } from '../../../src/accounts/index.ts'
import { describeSharedStores, describeStores, freshUser } from '../stores.ts'

const nowMs = 1_800_000_000_000
const rightHash = new Uint8Array(32).fill(1)
const wrongHash = new Uint8Array(32).fill(2)

function code(change: Partial<EnrolmentCode> = {}): EnrolmentCode {
  return {
    userKey: freshUser(),
    codeHash: rightHash,
    createdAtMs: nowMs,
    untilMs: nowMs + 86_400_000,
    triesLeft: 3,
    passwordStamp: '133644672000000000',
    madeBy: 'root',
    ...change,
  }
}

describeSharedStores('enrolment codes', (current) => {
  const put = async (change: Partial<EnrolmentCode> = {}) => {
    const added = code(change)
    await current.store().enrolmentCodes.put(added)
    return added
  }
  const look = ({ userKey }: EnrolmentCode, atMs = nowMs) =>
    current.store().enrolmentCodes.look(userKey, atMs)
  const spend = ({ userKey }: EnrolmentCode, hash: Uint8Array, atMs = nowMs) =>
    current.store().enrolmentCodes.spend(userKey, hash, atMs)

  it('are seen as they were put, until they end', async () => {
    const added = await put()
    expect(await look(added)).to.deep.equal(added)
    expect(await look(added, added.untilMs - 1)).to.deep.equal(added)
    expect(await look(added, added.untilMs)).to.equal(undefined)
    const { passwordStamp: _, ...bare } = await put()
    await current.store().enrolmentCodes.put(bare)
    expect(await look({ ...bare })).to.deep.equal(bare)
  })

  it('work once', async () => {
    const added = await put()
    expect(await spend(added, rightHash)).to.equal('right')
    expect(await spend(added, rightHash)).to.equal('none')
    expect(await look(added)).to.equal(undefined)
  })

  it('work once for many who spend one at the same moment', async () => {
    const added = await put({ triesLeft: 100 })
    const spends = Array.from({ length: 20 }, () => spend(added, rightHash))
    const results = await Promise.all(spends)
    expect(results.filter((one) => one === 'right')).to.have.length(1)
    expect(results.filter((one) => one === 'none')).to.have.length(19)
  })

  it('lose a try with each wrong one, and are gone with the last', async () => {
    const added = await put()
    expect(await spend(added, wrongHash)).to.equal('wrong')
    expect(await look(added)).to.include({ triesLeft: 2 })
    expect(await spend(added, new Uint8Array())).to.equal('wrong')
    expect(await spend(added, wrongHash)).to.equal('wrong')
    expect(await look(added)).to.equal(undefined)
    expect(await spend(added, rightHash)).to.equal('none')
  })

  it('still work at the last try', async () => {
    const added = await put()
    await spend(added, wrongHash)
    await spend(added, wrongHash)
    expect(await spend(added, rightHash)).to.equal('right')
  })

  it('allow no more guesses when many are made at once', async () => {
    const added = await put({ triesLeft: 10 })
    const guesses = Array.from({ length: 50 }, () => spend(added, wrongHash))
    const results = await Promise.all([...guesses, spend(added, rightHash)])
    expect(results.filter((one) => one === 'wrong')).to.have.length(10)
    expect(results.at(-1)).to.equal('none')
  })

  it('of someone else do not count, and lose nothing', async () => {
    const [mine, other] = [await put(), await put({ codeHash: wrongHash })]
    expect(await spend(mine, wrongHash)).to.equal('wrong')
    expect(await look(other)).to.deep.equal(other)
    expect(await spend({ ...mine, userKey: 'corp:nobody' }, rightHash)).to.equal('none')
  })

  it('do not count after their end, right or wrong', async () => {
    const added = await put()
    expect(await spend(added, rightHash, added.untilMs)).to.equal('none')
    expect(await spend(added, wrongHash, added.untilMs)).to.equal('none')
    expect(await look(added)).to.deep.equal(added)
  })

  it('take the place of an earlier one, with all tries', async () => {
    const first = await put()
    await spend(first, wrongHash)
    const second = await put({ userKey: first.userKey, codeHash: wrongHash, madeBy: 'carol' })
    expect(await look(first)).to.deep.equal(second)
    expect(await spend(first, rightHash)).to.equal('wrong')
    expect(await spend(first, wrongHash)).to.equal('right')
  })

  it('can be taken back', async () => {
    const { enrolmentCodes } = current.store()
    const added = await put()
    expect(await enrolmentCodes.remove(added.userKey)).to.equal(true)
    expect(await enrolmentCodes.remove(added.userKey)).to.equal(false)
    expect(await spend(added, rightHash)).to.equal('none')
  })
})

describeStores('enrolment codes and the disk', (current) => {
  it('are there after the store was opened again, with the tries that are left', async () => {
    const added = code({ userKey: 'corp:alice' })
    await current.store().enrolmentCodes.put(added)
    await current.store().enrolmentCodes.spend(added.userKey, wrongHash, nowMs)
    const { enrolmentCodes } = await current.reopen()
    const left = { ...added, triesLeft: 2 }
    expect(await enrolmentCodes.look(added.userKey, nowMs)).to.deep.equal(left)
    expect(await enrolmentCodes.spend(added.userKey, rightHash, nowMs)).to.equal('right')
  })

  it('are taken away once they have ended', async () => {
    const { enrolmentCodes } = current.store()
    const ended = Array.from({ length: 5 }, () => code({ untilMs: nowMs }))
    const open = code()
    for (const each of [...ended, open]) await enrolmentCodes.put(each)
    expect(await enrolmentCodes.purge(nowMs, 2)).to.equal(5)
    expect(await enrolmentCodes.purge(nowMs, 2)).to.equal(0)
    expect(await enrolmentCodes.look(open.userKey, nowMs)).to.deep.equal(open)
  })
})
