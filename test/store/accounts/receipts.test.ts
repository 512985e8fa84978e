import { expect } from 'chai'
import { describeStores } from '../stores.ts'

const atMs = 1_750_000_000_000
const dayMs = 86_400_000
const userKey = 'corp:1'

describeStores('what phones have said', (current) => {
  const { store } = current
  const receipt = (promptId: string, phoneId = 'phone') => ({ promptId, phoneId, userKey })

  it('is kept of each prompt and phone, the first time of each kind', async () => {
    const { receipts } = current.store()
    await receipts.note(receipt('one'), 'shown', atMs)
    await receipts.note(receipt('one'), 'opened', atMs + 5)
    await receipts.note(receipt('one'), 'shown', atMs + 9)
    await receipts.note(receipt('one', 'other'), 'answered', atMs + 7)
    await receipts.note({ ...receipt('two'), userKey: 'corp:2' }, 'shown', atMs)
    expect(await receipts.list(userKey, atMs)).to.deep.equal([
      { ...receipt('one'), shownAtMs: atMs, openedAtMs: atMs + 5 },
      { ...receipt('one', 'other'), answeredAtMs: atMs + 7 },
    ])
    expect(await receipts.list(userKey, atMs + 8)).to.deep.equal([])
  })

  it('shows a phone that was silent three times, until it shows one', async () => {
    const publicKey = new Uint8Array(91)
    const add = (label: string) =>
      store().authenticators.add({ method: 'push', userKey, label, publicKey })
    const [silent, other] = [await add('silent'), await add('other')]
    const silence = async () =>
      (await store().authenticators.list(userKey)).map((each) =>
        each.method === 'push' && each.silentSinceMs !== undefined
          ? [each.label, each.silentSinceMs]
          : each.label,
      )
    // The store goes by the clock of the machine.
    const longAgoMs = Date.now() - dayMs
    const ring = async (prompt: number, atMs = longAgoMs + prompt) => {
      await store().receipts.note(receipt(`p${prompt}`, silent.id), 'rang', atMs)
      await store().receipts.note(receipt(`p${prompt}`, other.id), 'rang', atMs)
      await store().receipts.note(receipt(`p${prompt}`, other.id), 'shown', atMs)
    }
    await ring(1)
    await ring(2)
    await ring(3, Date.now())
    expect(await silence(), 'the third is under way').to.have.members(['silent', 'other'])
    await ring(4)
    expect(await silence()).to.deep.include.members([['silent', longAgoMs + 1], 'other'])
    await store().receipts.note(receipt('p4', silent.id), 'opened', Date.now())
    expect(await silence()).to.have.members(['silent', 'other'])
  })

  it('is gone after 30 days', async () => {
    const { receipts } = current.store()
    for (let prompt = 0; prompt < 5; prompt += 1)
      await receipts.note(receipt(`old-${prompt}`), 'shown', atMs - 1)
    await receipts.note(receipt('new'), 'shown', atMs)
    expect(await receipts.purge(atMs + 30 * dayMs, 2)).to.equal(5)
    expect(await receipts.list(userKey, 0)).to.have.length(1)
  })
})
