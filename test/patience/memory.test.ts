import { expect } from 'chai'
import { estimatePatience } from '../../src/patience/estimate.ts'
import { memoryKey, newMemory } from '../../src/patience/index.ts'
import { noteEnd, noteGone, noteLost, noteResend, noteWaiting } from '../../src/patience/learn.ts'
import { parseMemory } from '../../src/patience/memory.ts'

const start = { patienceMs: 10_000, marginMs: 1_000, challenges: false }

function learnt() {
  const known = { start, memory: newMemory() }
  for (let count = 0; count < 6; count++) {
    known.memory.signIns += 1
    noteResend(known, 5_000)
    noteWaiting(known, 10_000 + count, 'resend')
    noteEnd(known, 15_000 + count, 3)
    noteGone(known, 16_500, 'silence')
    noteLost(known, count * 86_400_000)
  }
  return known
}

describe('what is kept of a gateway', () => {
  it('comes back from JSON the same, and goes on learning', () => {
    const before = learnt()
    const memory = parseMemory(JSON.stringify(before.memory))
    expect(memory).to.deep.equal(before.memory)
    if (memory === undefined) return
    const after = { start, memory }
    expect(estimatePatience(after)).to.deep.equal(estimatePatience(before))
    for (const known of [before, after]) noteGone(known, 12_000, 'again-held')
    expect(after.memory).to.deep.equal(before.memory)
  })

  it('stays small, however long it learns', () => {
    const known = { start, memory: newMemory() }
    for (let count = 0; count < 1_000; count++) {
      noteWaiting(known, (count * 7_919) % 600_000, 'not-again')
      noteGone(known, (count * 104_729) % 600_000, 'again-held')
      noteResend(known, count)
      noteEnd(known, count, count)
      noteLost(known, count * 86_400_000)
    }
    expect(JSON.stringify(known.memory).length).to.be.lessThan(16_000)
  })

  it('keeps the fields and the bytes that version 0.1.0 saved', () => {
    const text =
      '{"version":1,"signIns":105,"observations":5,"votes":{"waiting":[[110,0.5],[197,0.5],[341,0.5],[166,0.5]],"gone":[[209,0.45]]},"start":{"waiting":2.23606797749979,"gone":2.5},"early":{"used":4,"again":1},"intervalsMs":[],"gaveUpMs":[],"packets":[],"lateResends":0,"tooLate":1,"challenges":{"sent":0,"answered":0},"followed":{"identifier":0,"port":0,"server":0},"margin":{"reached":0,"heldOn":0},"lost":[]}'
    expect(JSON.stringify(parseMemory(text))).to.equal(text)
    expect(Object.keys(newMemory())).to.deep.equal(Object.keys(JSON.parse(text)))
  })

  const good = JSON.stringify(learnt().memory)
  const garbage: readonly (readonly [what: string, text: string])[] = [
    ['nothing', ''],
    ['no JSON', good.slice(0, -1)],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '7'],
    ['another version', good.replace('"version":1', '"version":2')],
    ['a missing field', good.replace('"packets"', '"parcels"')],
    ['text for a number', good.replace('"signIns":6', '"signIns":"6"')],
    ['a negative number', good.replace('"signIns":6', '"signIns":-6')],
    ['a huge number', good.replace('"signIns":6', '"signIns":1e999')],
    ['a bucket of three', good.replace('"waiting":[[', '"waiting":[[1,2,3],[')],
    ['a bucket that is none', good.replace('"gone":[[', '"gone":[7,[')],
    ['a pair among numbers', good.replace('"intervalsMs":[', '"intervalsMs":[[1,2],')],
    ['an object for a list', good.replace(/"lost":\[.*\]/, '"lost":{}')],
  ]
  for (const [what, text] of garbage) {
    it(`counts as nothing when it is ${what}`, () => {
      expect(text).to.not.equal(good)
      expect(parseMemory(text)).to.equal(undefined)
    })
  }

  it('is under the name of its gateway', () => {
    expect(memoryKey('vpn')).to.equal('patience:vpn')
  })
})
