import fc from 'fast-check'
import { playSchedule } from '../../lab/postgresql/model/play.ts'
import { openPool, startModelServer } from '../../lab/postgresql/model/pool.ts'
import { schedules } from '../../lab/postgresql/model/schedule.ts'
import { needPostgresql } from '../../lab/postgresql/server.ts'
import { isQuick } from './run.ts'

/** Databases in which schedules are played at the same time: one alone mostly waits for answers. */
const databases = 8
const numRuns = isQuick ? 500 : 10_000
const told = 500

describe('two to four nodes of the model', function () {
  this.timeout(4 * 3_600_000)

  before(function () {
    needPostgresql(this)
  })

  it(`keep every rule in ${numRuns} random schedules`, async () => {
    const server = await startModelServer()
    const seed = Date.now() & 0x7fff_ffff
    const startedMs = performance.now()
    let played = 0
    console.log(`      seed ${seed}`)
    const playSome = async (index: number) => {
      const pool = await openPool(server)
      const property = fc.asyncProperty(schedules, async (schedule) => {
        await playSchedule(pool, schedule)
        played += 1
        if (played % told !== 0) return
        const seconds = Math.round((performance.now() - startedMs) / 1_000)
        console.log(`      ${played} schedules in ${seconds} s`)
      })
      await fc.assert(property, { seed: seed + index, numRuns: Math.ceil(numRuns / databases) })
      await pool.close()
    }
    await Promise.all(Array.from({ length: databases }, (_, index) => playSome(index)))
  })
})
