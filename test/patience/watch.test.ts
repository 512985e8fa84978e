import { expect } from 'chai'
import {
  createPatienceWatch,
  type PatienceMemory,
  reportPatience,
  type StartingValue,
} from '../../src/patience/index.ts'
import type { FirstPacket, RequestEnd } from '../../src/transport/index.ts'
import { gatewayRules } from '../transport/harness.ts'

const start: StartingValue = { patienceMs: 10_000, marginMs: 1_000, challenges: false }

/** A watch with a hand on its clock. Each `person` is someone else. */
function createBench(change: Partial<StartingValue> = {}, maxSignIns = 1_000, isShared = false) {
  const memories = new Map<string, PatienceMemory>()
  const watch = createPatienceWatch({ memories, learns: () => true, maxSignIns, isShared })
  const rules = { ...gatewayRules('vpn'), ...start, ...change }
  let nowMs = 1_000_000
  let packets = 0
  return {
    memory: () => memories.get('vpn') ?? expect.fail('nothing was learnt'),
    estimate: () => reportPatience(memories.get('vpn'), rules, nowMs),
    wait(ms: number): void {
      nowMs += ms
    },
    /** What it may take. */
    begin(attemptId: string, packet: Partial<FirstPacket> = {}) {
      packets += 1
      const common = { rules, port: 1000, socketId: 1, answersChallenge: false, ownDevice: true }
      const person = `person of ${attemptId}`
      const authenticator = String(packets)
      const first = { ...common, person, authenticator, attemptId, atMs: nowMs, ...packet }
      const { patienceMs, marginMs } = watch.begin(first)
      return { patienceMs, marginMs }
    },
    resend: (attemptId: string) => watch.resend(attemptId, nowMs),
    end(attemptId: string, kind: RequestEnd['kind'], patienceEnded = false) {
      watch.end({ attemptId, kind, patienceEnded, atMs: nowMs })
    },
    wasElsewhere: (attemptId: string, how: 'came' | 'left') => watch.wasElsewhere(attemptId, how),
    settle: () => watch.settle(nowMs),
    isStillAsked: (packets: number, afterMs: number) =>
      watch.isStillAsked({ gateway: 'vpn', packets, afterMs }),
  }
}

describe('patience watch', () => {
  it('starts with what is configured', () => {
    expect(createBench().begin('1')).to.deep.equal({ patienceMs: 10_000, marginMs: 1_000 })
  })

  it('takes the last resend of a sign-in for one sign of waiting, however many there were', () => {
    const bench = createBench()
    bench.begin('1')
    for (let count = 0; count < 4; count++) {
      bench.wait(2_000)
      bench.resend('1')
    }
    bench.wait(500)
    bench.end('1', 'reject', true)
    expect(bench.memory()).to.deep.include({ signIns: 1, observations: 1 })
    expect(bench.memory().intervalsMs).to.deep.equal([2_000, 2_000, 2_000, 2_000])
    expect(bench.memory().margin).to.deep.equal({ reached: 1, heldOn: 0 })
  })

  it('sees that resends have stopped when the request was held long enough', () => {
    const bench = createBench()
    bench.begin('1')
    bench.wait(5_000)
    bench.resend('1')
    bench.wait(5_000)
    bench.resend('1')
    bench.wait(6_000)
    bench.end('1', 'accept')
    expect(bench.memory().gaveUpMs).to.deep.equal([])
    bench.begin('2')
    for (const ms of [5_000, 5_000]) {
      bench.wait(ms)
      bench.resend('2')
    }
    bench.wait(6_600)
    bench.end('2', 'accept')
    expect(bench.memory().gaveUpMs).to.deep.equal([15_000])
    expect(bench.memory().packets).to.deep.equal([3])
  })

  it('takes a gateway for gone once a packet is overdue', () => {
    const bench = createBench()
    expect(bench.isStillAsked(1, 60_000), 'one that nothing is known of').to.equal(true)
    bench.begin('1')
    expect(bench.isStillAsked(1, 60_000), 'one that sends once').to.equal(true)
    for (const ms of [2_010, 1_990, 2_000]) {
      bench.wait(ms)
      bench.resend('1')
    }
    expect(bench.isStillAsked(1, 2_000)).to.equal(true)
    expect(bench.isStillAsked(1, 2_100)).to.equal(false)
    expect(bench.isStillAsked(3, 5_900)).to.equal(true)
    expect(bench.isStillAsked(3, 6_100)).to.equal(false)
  })

  it('learns no interval from packets that have waited for a process which stood still', () => {
    const bench = createBench()
    bench.begin('1')
    bench.wait(2_000)
    bench.resend('1')
    for (let count = 0; count < 10; count += 1) {
      bench.wait(1)
      bench.resend('1')
    }
    expect(bench.isStillAsked(1, 1_900)).to.equal(true)
  })

  it('expects longer intervals of a gateway whose intervals grow', () => {
    const bench = createBench()
    bench.begin('1')
    for (const ms of [2_000, 3_000, 4_000]) {
      bench.wait(ms)
      bench.resend('1')
    }
    bench.wait(5_500)
    bench.end('1', 'accept')
    expect(bench.memory().gaveUpMs).to.deep.equal([])
    bench.begin('2')
    for (const ms of [2_000, 3_000, 4_000]) {
      bench.wait(ms)
      bench.resend('2')
    }
    bench.wait(8_000)
    bench.end('2', 'accept')
    expect(bench.memory().gaveUpMs).to.deep.equal([14_000])
  })

  it('does not take a single interval for all of them', () => {
    const bench = createBench()
    bench.begin('1')
    bench.wait(2_000)
    bench.resend('1')
    bench.wait(4_000)
    bench.end('1', 'accept')
    expect(bench.memory().gaveUpMs).to.deep.equal([])
  })

  it('learns nothing when no one asks a third time', () => {
    const bench = createBench()
    bench.begin('1', { person: 'alice' })
    bench.wait(9_000)
    bench.end('1', 'reject', true)
    bench.wait(5_000)
    bench.begin('2', { person: 'alice' })
    bench.wait(3_000)
    bench.end('2', 'accept')
    bench.wait(60_000)
    bench.settle()
    expect(bench.memory().observations).to.equal(0)
  })

  it('learns nothing from a person who comes back long after a challenge', () => {
    const bench = createBench({ challenges: true })
    bench.begin('1', { person: 'alice' })
    bench.wait(9_000)
    bench.end('1', 'challenge')
    bench.wait(25_000)
    bench.begin('2', { person: 'alice' })
    expect(bench.memory()).to.deep.include({ observations: 0, tooLate: 0 })
  })

  it('takes an Accept for used when no one asks again, and for unused when the same person does', () => {
    const bench = createBench()
    bench.begin('1')
    bench.wait(4_000)
    bench.end('1', 'accept')
    bench.wait(19_000)
    bench.settle()
    expect(bench.memory().observations).to.equal(0)
    bench.wait(2_000)
    bench.settle()
    expect(bench.memory().observations).to.equal(1)
    expect(bench.memory().votes.gone).to.deep.equal([])

    bench.begin('2', { person: 'alice' })
    bench.wait(8_000)
    bench.end('2', 'accept')
    bench.wait(3_000)
    bench.begin('3', { person: 'alice' })
    expect(bench.memory().tooLate).to.equal(1)
    expect(bench.memory().votes.gone).to.have.length(1)
  })

  it('learns nothing from a person who was refused and tries again', () => {
    const bench = createBench()
    bench.begin('1', { person: 'alice' })
    bench.wait(1_000)
    bench.end('1', 'reject')
    bench.wait(3_000)
    bench.begin('2', { person: 'alice' })
    expect(bench.memory().observations).to.equal(0)
  })

  it('counts one impatient person once an hour', () => {
    const bench = createBench()
    for (let count = 0; count < 40; count++) {
      bench.begin(String(count), { person: 'alice' })
      bench.wait(1_000)
    }
    expect(bench.memory().observations).to.equal(1)
    expect(bench.estimate().patienceMs).to.equal(10_000)
    bench.wait(3_600_000)
    bench.begin('later', { person: 'alice' })
    bench.wait(1_000)
    bench.begin('last', { person: 'alice' })
    expect(bench.memory().observations).to.equal(2)
  })

  it('counts challenges, and takes an answer for a sign of waiting', () => {
    const bench = createBench({ challenges: true })
    bench.begin('1', { person: 'alice' })
    bench.wait(9_000)
    bench.end('1', 'challenge')
    bench.wait(30_000)
    bench.begin('2', { person: 'alice', answersChallenge: true })
    expect(bench.memory().challenges).to.deep.equal({ sent: 1, answered: 1 })
    expect(bench.memory().votes.waiting).to.have.length(1)
  })

  it('takes a conversation of devices for one sign-in without challenges', () => {
    const bench = createBench()
    const alice = { person: 'alice' }
    bench.begin('1', alice)
    bench.wait(5)
    bench.end('1', 'step')
    bench.begin('2', { ...alice, answersChallenge: true })
    expect(bench.memory()).to.deep.include({ signIns: 1, observations: 0 })
    bench.wait(4_000)
    bench.end('2', 'step')
    bench.begin('3', { ...alice, answersChallenge: true })
    const { challenges, votes, signIns, observations } = bench.memory()
    expect({ signIns, observations, gone: votes.gone }).to.deep.equal({
      signIns: 1,
      observations: 1,
      gone: [],
    })
    expect(challenges).to.deep.equal({ sent: 0, answered: 0 })
  })

  it('knows a request again that comes from another port of a NAT', () => {
    const bench = createBench()
    bench.begin('1', { person: 'alice', authenticator: 'same' })
    bench.wait(5_000)
    bench.begin('2', { person: 'alice', authenticator: 'same', port: 2000 })
    bench.wait(1_000)
    bench.end('2', 'accept')
    const { signIns, intervalsMs, votes, followed } = bench.memory()
    expect({ signIns, intervalsMs, gone: votes.gone }).to.deep.equal({
      signIns: 1,
      intervalsMs: [5_000],
      gone: [],
    })
    expect(followed).to.deep.equal({ identifier: 0, port: 0, server: 0 })
  })

  it('goes on with a sign-in at the second server, whose time counts from the first packet', () => {
    const bench = createBench()
    bench.begin('1', { person: 'alice' })
    for (const ms of [5_000, 5_000]) {
      bench.wait(ms)
      bench.resend('1')
    }
    bench.wait(5_010)
    bench.begin('2', { person: 'alice', socketId: 2 })
    expect(bench.memory().followed).to.deep.equal({ identifier: 0, port: 0, server: 1 })
    expect(bench.memory().signIns).to.equal(1)
    expect(bench.memory().gaveUpMs).to.deep.equal([30_020])
    bench.wait(5_000)
    bench.resend('2')
    bench.wait(1_000)
    bench.end('2', 'accept')
    expect(bench.memory().votes.gone).to.deep.equal([])
  })

  it('knows each later packet of such a sign-in by itself', () => {
    const bench = createBench()
    bench.begin('1', { person: 'alice' })
    bench.wait(5_000)
    bench.resend('1')
    bench.wait(5_000)
    bench.begin('2', { person: 'alice', authenticator: 'second' })
    bench.wait(2_000)
    bench.begin('3', { person: 'alice', authenticator: 'second', port: 2000 })
    expect(bench.memory().signIns).to.equal(1)
    expect(bench.memory().intervalsMs).to.deep.equal([5_000, 2_000])
  })

  it('takes a packet from another port for a new request once the first was answered', () => {
    const bench = createBench()
    bench.begin('1', { person: 'alice', authenticator: 'same' })
    bench.wait(2_000)
    bench.end('1', 'accept')
    bench.wait(1_000)
    bench.begin('2', { person: 'alice', authenticator: 'same', port: 2000 })
    expect(bench.memory()).to.deep.include({ signIns: 2, tooLate: 1, intervalsMs: [] })
  })

  it('takes a person who comes seconds after the end for a person', () => {
    const bench = createBench()
    bench.begin('1', { person: 'alice' })
    for (const ms of [2_000, 2_000]) {
      bench.wait(ms)
      bench.resend('1')
    }
    bench.wait(7_000)
    bench.begin('2', { person: 'alice' })
    expect(bench.memory().followed).to.deep.equal({ identifier: 0, port: 0, server: 0 })
    expect(bench.memory().gaveUpMs).to.deep.equal([6_000])
    expect(bench.memory().signIns).to.equal(2)
  })

  it('counts who was lost, unless they get in within two minutes', () => {
    const bench = createBench()
    bench.begin('1', { person: 'alice' })
    bench.wait(9_000)
    bench.end('1', 'reject', true)
    bench.begin('2', { person: 'bob' })
    bench.wait(9_000)
    bench.end('2', 'reject', true)
    bench.wait(5_000)
    bench.begin('3', { person: 'bob' })
    bench.wait(100)
    bench.end('3', 'accept')
    bench.wait(300_000)
    bench.settle()
    expect(bench.memory().lost).to.deep.equal([[0, 1]])
  })

  it('counts a person who is refused again, for any reason, once', () => {
    const bench = createBench()
    bench.begin('1', { person: 'alice' })
    bench.wait(9_000)
    bench.end('1', 'reject', true)
    bench.wait(5_000)
    bench.begin('2', { person: 'alice' })
    bench.wait(1_000)
    bench.end('2', 'reject')
    bench.wait(300_000)
    bench.settle()
    expect(bench.memory().lost).to.deep.equal([[0, 1]])
  })

  it('holds on one at a time, and only where it may', () => {
    const bench = createBench()
    for (let count = 0; count < 12; count++) {
      bench.begin(`r${count}`)
      bench.wait(9_000)
      bench.end(`r${count}`, 'reject', true)
    }
    expect(bench.begin('held').patienceMs).to.equal(40_000)
    expect(bench.begin('other').patienceMs).to.equal(10_000)
    bench.end('other', 'reject')
    bench.wait(20_000)
    bench.end('held', 'accept')
    expect(bench.memory().margin).to.deep.equal({ reached: 13, heldOn: 1 })
  })

  it('goes on after a reload: what was learnt stays, and no second one is held on', () => {
    const bench = createBench()
    for (let count = 0; count < 30; count++) {
      bench.begin(`r${count}`)
      bench.wait(9_000)
      bench.end(`r${count}`, 'reject', true)
    }
    expect(bench.begin('held').patienceMs).to.equal(40_000)
    const rules = { ...gatewayRules('vpn'), ...start, patienceMs: 20_000 }
    expect(bench.begin('other', { rules }).patienceMs).to.equal(20_000)
    bench.wait(15_000)
    bench.end('held', 'accept')
    bench.end('other', 'accept')
    expect(bench.memory()).to.deep.include({ signIns: 32, margin: { reached: 31, heldOn: 1 } })
    expect(bench.begin('next', { rules }).patienceMs).to.equal(70_000)
  })

  it('counts one that was held on but answered before the margin as any other', () => {
    const bench = createBench()
    for (let count = 0; count < 12; count++) {
      bench.begin(`r${count}`)
      bench.wait(9_000)
      bench.end(`r${count}`, 'reject', true)
    }
    bench.begin('held')
    bench.wait(3_000)
    bench.end('held', 'accept')
    expect(bench.memory().margin).to.deep.equal({ reached: 12, heldOn: 0 })
  })

  it('watches no more at a time than it may, and the others go by what is known', () => {
    const bench = createBench({}, 3)
    for (let count = 0; count < 10; count++) {
      expect(bench.begin(String(count)).patienceMs).to.equal(10_000)
    }
    expect(bench.memory().signIns).to.equal(3)
    bench.resend('9')
    bench.end('9', 'accept')
    bench.wait(200_000)
    bench.begin('10')
    expect(bench.memory().signIns).to.equal(4)
  })

  it('takes anything in any order: twice, unknown, backwards in time', () => {
    const bench = createBench()
    bench.resend('unknown')
    bench.end('unknown', 'accept')
    bench.begin('1', { person: undefined })
    bench.begin('1', { person: undefined })
    bench.end('1', 'accept')
    bench.end('1', 'reject')
    bench.wait(-500_000)
    bench.resend('1')
    bench.begin('2')
    bench.wait(-1_000)
    bench.resend('2')
    bench.end('2', 'drop')
    bench.settle()
    expect(bench.estimate().patienceMs).to.be.within(300, 600_000)
  })
})

describe('patience of a gateway that goes on to another node (O41)', () => {
  const node = () => createBench({ patienceMs: 20_000 }, 1_000, true)
  type Node = ReturnType<typeof node>

  /** Three packets, three seconds apart, and then none any more. */
  function sendThree(bench: Node, id: string): void {
    bench.begin(id)
    for (let sent = 1; sent < 3; sent += 1) {
      bench.wait(3_000)
      bench.resend(id)
    }
  }

  for (const [what, isNoticed] of [
    ['learns nothing from the part that it sees', true],
    ['would else learn that the gateway waits for half as long', false],
  ] as const) {
    it(what, () => {
      const [a, b] = [node(), node()]
      for (let count = 0; count < 20; count += 1) {
        const id = String(count)
        sendThree(a, id)
        sendThree(b, id)
        if (isNoticed) b.wasElsewhere(id, 'came')
        for (const bench of [a, b]) bench.wait(9_000)
        if (isNoticed) a.wasElsewhere(id, 'left')
        for (const bench of [a, b]) bench.end(id, 'reject', true)
        for (const bench of [a, b]) bench.wait(200_000)
      }
      for (const bench of [a, b]) {
        if (isNoticed) expect(bench.estimate().patienceMs).to.equal(20_000)
        else expect(bench.estimate().patienceMs).to.be.below(12_000)
      }
      expect(a.memory().followed.server).to.equal(0)
      expect(b.memory().followed.server).to.equal(isNoticed ? 20 : 0)
    })
  }

  it('is not judged before it is known whether the other node has it', () => {
    const bench = node()
    bench.begin('1', { person: 'alice' })
    bench.wait(3_000)
    bench.resend('1')
    // It is back from the other node, and goes on there and here.
    bench.wait(9_000)
    bench.begin('2', { person: 'alice' })
    expect(bench.memory().observations).to.equal(0)
    bench.wasElsewhere('1', 'left')
    bench.end('1', 'reject', true)
    expect(bench.memory().observations).to.equal(0)
  })

  it('still shows its end where no other node has it', () => {
    const bench = node()
    sendThree(bench, '1')
    bench.wait(9_000)
    bench.begin('2', { person: 'person of 1' })
    bench.end('1', 'reject', true)
    expect(bench.memory().gaveUpMs).to.deep.equal([9_000])
  })
})
