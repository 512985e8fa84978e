import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import type { Nodes } from '../../lab/nodes/pair.ts'
import { needPostgresql } from '../../lab/postgresql/server.ts'
import { type DatabasePair, startDatabasePair } from './database-pair.ts'
import { crashPrimary } from './faults.ts'
import { isQuick, type Run, startCrowdNodes, startRun, strikeInTurn } from './run.ts'
import { startSteady, untilServed } from './steady.ts'
import { judge, refuse } from './verdict.ts'

describe('two nodes on a pair of PostgreSQL servers', function () {
  this.timeout(3_600_000)
  let pair: DatabasePair | undefined
  let run: Pick<Run, 'stop'> | undefined

  before(function () {
    needPostgresql(this)
  })
  afterEach(async () => {
    await run?.stop()
    await pair?.stop()
    run = undefined
    pair = undefined
  })

  const people = {
    direct: true,
    people: 600,
    perSecond: 10,
    thinkMs: [1_000, 8_000],
    patience: '30s',
    deeds: ['call', 'code', 'code', 'call-refused', 'code-again'],
  } as const
  const plan = isQuick ? { everyMs: 30_000, strikes: 1 } : { everyMs: 120_000, strikes: 5 }

  it('lose nothing when the primary crashes and its synchronous standby takes over', async () => {
    const started = await startRun({
      ...people,
      failover: 'loses_nothing',
      async moreHosts(database) {
        pair = await startDatabasePair(database)
        await pair.wait()
        return [pair.otherPort]
      },
    })
    run = started
    const servers = known(pair)
    await strikeInTurn(started, [crashPrimary(servers, true)], plan)
    refuse(judge(await started.nodes.signIns(servers.primary()), started.crowd.lived))
  })

  it('take no code twice when the primary crashes and its asynchronous standby takes over', async () => {
    const started = await startRun({
      ...people,
      async moreHosts(database) {
        pair = await startDatabasePair(database)
        return [pair.otherPort]
      },
    })
    run = started
    const servers = known(pair)
    const crash = crashPrimary(servers, false)
    const struckMs: number[] = []
    const fault = {
      name: crash.name,
      strike(nodes: Nodes) {
        struckMs.push(performance.now())
        return crash.strike(nodes)
      },
    }
    await strikeInTurn(started, [fault], plan)
    // The last rows before the crash may never have reached the standby; the page on two servers says so.
    const { codeTwice, rangTwice, withoutRow } = judge(
      await started.nodes.signIns(servers.primary()),
      started.crowd.lived,
      ({ endedMs }) => struckMs.some((ms) => ms - 2_000 < endedMs && endedMs < ms + 2_000),
    )
    refuse({ codeTwice, rangTwice, withoutRow })
  })

  it('hold at most ten connections each while the synchronous standby is away, and serve within five seconds after (O5)', async () => {
    const perSecond = 200
    const crowd = 2_000
    const spare = 200
    const nodes = await startCrowdNodes(
      {
        direct: true,
        patience: '30s',
        failover: 'loses_nothing',
        async moreHosts(database) {
          pair = await startDatabasePair(database)
          return [pair.otherPort]
        },
      },
      crowd + spare,
    )
    run = nodes
    const servers = known(pair)
    await servers.wait()
    const load = await startSteady({ nodes, people: crowd, perSecond })
    run = {
      async stop() {
        await load.stop()
        await nodes.stop()
      },
    }
    const [sent, accepts] = [load.sent(), load.accepts()]
    await sleep(10_000)
    const share = (load.accepts() - accepts) / (load.sent() - sent)
    console.log(`      before: ${(share * 100).toFixed(1)} % of the sign-ins let in`)
    expect(share, 'this machine is too busy').to.be.at.least(0.9)
    await servers.standby().stop('immediate')
    let most = 0
    const awayUntilMs = performance.now() + (isQuick ? 20_000 : 120_000)
    while (performance.now() < awayUntilMs) {
      for (const { count } of await servers.primary().admin<{ count: number }>(connections)) {
        most = Math.max(most, count)
      }
      await sleep(250)
    }
    await servers.standby().start()
    const backMs = performance.now()
    const served = await untilServed(nodes, { first: crowd, count: spare })
    const took = served.map((ms) => `${((ms - backMs) / 1_000).toFixed(1)} s`)
    console.log(
      `      ${most} connections of a node at most; let in again after ${took.join(' and ')}`,
    )
    expect(most).to.be.within(1, 10)
    expect(Math.max(...served) - backMs).to.be.at.most(5_000)
  })
})

/** Of each node: the sessions of one process have one name. */
const connections = `select count(*)::int as count from pg_stat_activity
  where application_name like 'holdfast %' group by application_name`

function known(pair: DatabasePair | undefined): DatabasePair {
  if (pair === undefined) throw new Error('a pair was started')
  return pair
}
