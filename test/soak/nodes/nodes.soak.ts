import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { needFile } from '../../lab/need.ts'
import { needPostgresql, type Standby } from '../../lab/postgresql/server.ts'
import {
  cutNode,
  type Fault,
  fakeClock,
  floodNotices,
  killBackends,
  killNode,
  lockTables,
  restartDatabase,
  shiftClock,
  stopNode,
} from './faults.ts'
import { type Period, rowsOf, tableOf } from './report.ts'
import { isQuick, type Run, startRun } from './run.ts'
import { isRight, judge, refuse } from './verdict.ts'

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
    const thinkMs = isQuick ? ([4_000, 16_000] as const) : ([10_000, 60_000] as const)
    const meanSeconds = (thinkMs[0] + thinkMs[1]) / 2_000
    run = await startRun({
      people: openWanted * 2,
      perSecond: openWanted / meanSeconds,
      thinkMs,
      patience: isQuick ? '40s' : '90s',
      rounds: isQuick ? 4 : 8,
      deeds: ['call', 'call', 'call', 'call', 'call', 'call', 'call-refused', 'code', 'code-again'],
    })
    const { nodes, crowd } = run
    await sleep(thinkMs[1])
    console.log(`      ${crowd.open()} sign-ins are open`)
    for (let kill = 0; kill < kills; kill += 1) {
      await sleep(Math.random() * 8_000)
      await killNode.strike(nodes)
      // The other one is next, and has to know of the death of this one.
      await sleep(8_000)
    }
    await crowd.end()
    console.log(`      ${kills} kills, ${crowd.lived.length} sign-ins`)
    refuse(judge(await nodes.signIns(), crowd.lived))
  })

  it('lose nothing when the primary is killed and its synchronous standby takes over', async () => {
    const standbys: Standby[] = []
    run = await startRun({
      ...{ people: 300, perSecond: 10, thinkMs: [1_000, 8_000], patience: '30s' },
      deeds: ['call', 'code', 'code', 'call-refused', 'code-again'],
      async moreHosts(database) {
        const standby = await database.startStandby()
        standbys.push(standby)
        await database.admin("alter system set synchronous_standby_names = 'standby'")
        await database.admin('select pg_reload_conf()')
        return [standby.port]
      },
    })
    const { nodes, crowd } = run
    const [standby] = standbys
    if (standby === undefined) throw new Error('a standby was started')
    await sleep(isQuick ? 15_000 : 60_000)
    await nodes.database.stop('immediate')
    await standby.promote()
    await sleep(isQuick ? 20_000 : 60_000)
    await crowd.end()
    const wrongs = judge(await nodes.signIns(standby), crowd.lived)
    await standby.stop('immediate')
    refuse(wrongs)
  })

  it('are there for the people through every kind of fault', async function () {
    needFile(faketime, 'libfaketime', this)
    const clock = fakeClock(faketime, join(tmpdir(), `holdfast-clock-${process.pid}`))
    const faults: readonly Fault[] = [
      ...[killNode, stopNode, cutNode, killBackends, lockTables, floodNotices, restartDatabase],
      ...[shiftClock(clock, '-90s'), shiftClock(clock, '+1h')],
    ]
    // A fault every three minutes for an hour, or each of them once.
    const everyMs = isQuick ? 30_000 : 180_000
    const strikes = isQuick ? faults.length : 20
    run = await startRun({
      people: isQuick ? 300 : 1_200,
      perSecond: isQuick ? 10 : 20,
      thinkMs: [1_000, 8_000],
      patience: '30s',
      deeds: ['call', 'code', 'code', 'text', 'call-refused', 'code-again', 'wrong-password'],
      environment: (index) => (index === 1 ? clock.environment : {}),
    })
    const { nodes, crowd } = run
    const periods: Period[] = [{ name: 'no fault', fromMs: 0 }]
    await sleep(everyMs)
    for (let struck = 0; struck < strikes; struck += 1) {
      const fault = faults[struck % faults.length]
      if (fault === undefined) break
      periods.push({ name: fault.name, fromMs: performance.now() })
      await Promise.all([fault.strike(nodes), sleep(everyMs)])
    }
    await crowd.end()
    const { lived } = crowd
    console.log(tableOf(rowsOf(periods, lived)))
    const wrongs = judge(await nodes.signIns(), lived)
    for (const each of [...wrongs.untrue, ...wrongs.silent]) console.log(`      ${each}`)
    const { rangTwice, codeTwice, withoutRow } = wrongs
    refuse({ rangTwice, codeTwice, withoutRow })
    expect(lived.filter(isRight).length / lived.length).to.be.at.least(0.999)
  })
})
