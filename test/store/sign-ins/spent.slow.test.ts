import { expect } from 'chai'
import { createManualClock } from '../../support/manual-clock.ts'
import { describeStores } from '../stores.ts'

const packet = (fill: number) => ({ requestAuthenticator: new Uint8Array(16).fill(fill) })
const farMs = Date.now() + 86_400_000

describeStores('spent (RULES 10)', (current) => {
  it('works once, also when many ask at the same moment', async () => {
    const { spent } = current.store()
    const tries = Array.from({ length: 20 }, (_, index) =>
      spent.spend('sent:a', packet(index), farMs),
    )
    const results = await Promise.all(tries)
    expect(results.filter((result) => result === 'spent')).to.have.length(1)
    expect(results.filter((result) => result === 'reused')).to.have.length(19)
    expect(await spent.spend('sent:b', packet(1), farMs)).to.equal('spent')
  })

  it('knows the packet that spent it again, after a restart too', async () => {
    await current.store().spent.spend('sent:a', packet(1), farMs)
    const { spent } = await current.reopen()
    expect(await spent.spend('sent:a', packet(1), farMs)).to.equal('same-request')
    expect(await spent.spend('sent:a', packet(2), farMs)).to.equal('reused')
  })

  it('knows that packet for 60 s, and not for a time ahead of the clock (RULES 36)', async () => {
    const clock = createManualClock()
    const { spent } = await current.reopen({ clock })
    const spend = () => spent.spend('sent:a', packet(1), clock.nowMs() + 300_000)
    expect(await spend()).to.equal('spent')
    clock.set(clock.nowMs() + 59_999)
    expect(await spend()).to.equal('same-request')
    clock.set(clock.nowMs() + 1)
    expect(await spend()).to.equal('reused')
    clock.set(clock.nowMs() - 60_001)
    expect(await spend()).to.equal('reused')
  })

  it('tells of what was spent, and spends nothing by telling', async () => {
    const { spent } = current.store()
    expect(await spent.look('state:a', packet(1))).to.equal(undefined)
    expect(await spent.spend('state:a', packet(1), farMs)).to.equal('spent')
    expect(await spent.look('state:a', packet(1))).to.equal('same-request')
    const { spent: again } = await current.reopen()
    expect(await again.look('state:a', packet(1))).to.equal('same-request')
    expect(await again.look('state:a', packet(2))).to.equal('reused')
  })

  it('takes no evidence of another length for a packet', async () => {
    const { spent } = current.store()
    const empty = { requestAuthenticator: new Uint8Array(0) }
    expect(await spent.spend('sent:a', empty, farMs)).to.equal('spent')
    expect(await spent.spend('sent:a', empty, farMs)).to.equal('reused')
  })

  it('forgets what is past its time, and nothing else', async () => {
    const clock = createManualClock()
    const { spent } = await current.reopen({ clock })
    const untilMs = clock.nowMs() + 1_000
    expect(await spent.spend('sent:soon', packet(1), untilMs)).to.equal('spent')
    expect(await spent.spend('sent:later', packet(1), untilMs + 60_000)).to.equal('spent')
    clock.advance(1_000)
    expect(await spent.spend('sent:soon', packet(2), untilMs + 60_000)).to.equal('spent')
    expect(await spent.spend('sent:later', packet(2), untilMs + 60_000)).to.equal('reused')
  })
})
