import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { needFile, needProgram, needRoot } from '../../lab/need.ts'
import { needPostgresql } from '../../lab/postgresql/server.ts'
import {
  cutNode,
  type Fault,
  fakeClock,
  floodNotices,
  holdUpNode,
  killBackends,
  killNode,
  lockTables,
  restartDatabase,
  shiftClock,
  stopNode,
} from './faults.ts'
import { shareOf, sumOf } from './report.ts'
import { isQuick, type Run, startRun, strikeInTurn } from './run.ts'
import { judge, refuse } from './verdict.ts'

const faketime = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'

describe('two nodes on one PostgreSQL', function () {
  this.timeout(isQuick ? 1_200_000 : 8 * 3_600_000)
  let run: Run | undefined

  before(function () {
    needPostgresql(this)
  })
  afterEach(async () => {
    await run?.stop()
    run = undefined
  })

  it('lose no sign-in when one is killed again and again under open prompts', async () => {
    const kills = isQuick ? 5 : 200
    const openWanted = isQuick ? 60 : 2_000
    const thinkMs = isQuick ? ([4_000, 16_000] as const) : ([30_000, 120_000] as const)
    const meanSeconds = (thinkMs[0] + thinkMs[1]) / 2_000
    const calls = ['call', 'call', 'call', 'call', 'call', 'call', 'call-refused'] as const
    const deeds = [...calls, 'code', 'code-again'] as const
    run = await startRun({
      direct: true,
      people: openWanted * 2,
      // Those with a code are over at once.
      perSecond: (openWanted / meanSeconds) * (deeds.length / calls.length),
      ...{ thinkMs, deeds },
      ...(isQuick
        ? { patience: '40s', rounds: 4 }
        : // As slow as gateways may ask (see docs/how-to/two-servers.md), so that two cores carry so many.
          {
            patience: '160s',
            rounds: 10,
            schedule: { tries: 3, everyMs: 3_000 },
            gateways: 64,
          }),
    })
    const { nodes, crowd } = run
    await sleep(thinkMs[1])
    const open: number[] = []
    for (let kill = 0; kill < kills; kill += 1) {
      await sleep(Math.random() * 8_000)
      open.push(crowd.open())
      await killNode.strike(nodes)
      // The other one is next, and has to know of the death of this one.
      await sleep(8_000)
    }
    await crowd.end()
    const between = `${Math.min(...open)} to ${Math.max(...open)}`
    console.log(`      ${kills} kills under ${between} sign-ins, of ${crowd.lived.length} in all`)
    refuse(judge(await nodes.signIns(), crowd.lived))
  })

  it('are there for the people through every kind of fault', async function () {
    needFile(faketime, 'libfaketime', this)
    needProgram('nft', this)
    needRoot(this)
    const clockFile = join(tmpdir(), `holdfast-clock-${process.pid}`)
    const clock = fakeClock(faketime, clockFile)
    const databaseClock = fakeClock(faketime, `${clockFile}-database`)
    const short: readonly Fault[] = [
      ...[killNode, stopNode, cutNode, killBackends, lockTables, restartDatabase],
      ...[shiftClock(clock, 'a node', '+1h'), shiftClock(databaseClock, 'the database', '+1h')],
    ]
    const more = [holdUpNode, floodNotices, shiftClock(clock, 'a node', '-90s')]
    // A fault every three minutes for over an hour, or some of them once.
    const faults = isQuick ? short : [...short, ...more]
    run = await startRun({
      people: isQuick ? 300 : 1_200,
      perSecond: isQuick ? 10 : 20,
      thinkMs: [1_000, 8_000],
      patience: '30s',
      deeds: ['call', 'code', 'code', 'text', 'call-refused', 'code-again', 'wrong-password'],
      environment: (index) => (index === 1 ? clock.environment : {}),
      databaseEnvironment: databaseClock.environment,
    })
    const rows = await strikeInTurn(run, faults, {
      everyMs: isQuick ? 30_000 : 180_000,
      strikes: isQuick ? faults.length : 2 * faults.length,
    })
    const wrongs = judge(await run.nodes.signIns(), run.crowd.lived)
    for (const each of [...wrongs.untrue, ...wrongs.silent]) console.log(`      ${each}`)
    const { rangTwice, codeTwice, withoutRow } = wrongs
    refuse({ rangTwice, codeTwice, withoutRow })
    expect(shareOf(sumOf(rows))).to.be.at.least(0.999)
  })
})
