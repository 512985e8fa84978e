import { expect } from 'chai'
import { sql } from 'kysely'
import type { Connection } from '../../../src/store/connection.ts'
import { tokenOf } from '../../../src/store/hints.ts'
import { createSqliteQueries } from '../../../src/store/queries.ts'
import { createAsking, type Topic } from '../../../src/store/shared/asking.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const queries = createSqliteQueries()
const nothing = sql`select 1`.compile(queries)

describe('what a process asks the database about all that it waits for', () => {
  /** `answers`: one for each question, which waits until it is given. */
  function start() {
    const clock = createManualClock()
    const asked: (readonly string[])[] = []
    const answers: PromiseWithResolvers<unknown>[] = []
    const connection = {
      atomically() {
        const answer = Promise.withResolvers<unknown>()
        answers.push(answer)
        return answer.promise
      },
    } as unknown as Connection
    const topic = (kind: Topic['kind'], isUrgent: boolean): Topic => ({
      ...{ kind, isUrgent, hear: () => undefined },
      query(ids) {
        asked.push(ids)
        return nothing
      },
    })
    const asking = createAsking(connection, clock)
    return { asked, answers, asking, clock, topic }
  }
  const flush = () => new Promise((resolve) => setImmediate(resolve))

  it('is asked each second, all in one, and nothing where nothing is waited for', async () => {
    const { asked, answers, asking, clock, topic } = start()
    const [prompts, timelines] = [topic('prompt', true), topic('timeline', false)]
    expect(clock.waiting).to.equal(0)
    asking.add(timelines, 'state')
    expect(clock.waiting, 'who waits for it looks itself').to.equal(0)
    asking.add(prompts, 'a')
    asking.add(prompts, 'b')
    clock.advance(1_000)
    expect(asked).to.deep.equal([['a', 'b']])
    answers[0]?.resolve([[]])
    await flush()
    asking.remove(prompts, 'a')
    asking.remove(prompts, 'b')
    clock.advance(60_000)
    expect(asked).to.have.length(1)
    expect(clock.waiting).to.equal(0)
  })

  it('is one question at a time, however many hints come, and none for foreign ones (O7)', async () => {
    const { asked, answers, asking, topic } = start()
    const prompts = topic('prompt', true)
    asking.add(prompts, 'a')
    for (let index = 0; index < 10_000; index += 1) asking.hint([`x${index}`])
    expect(asked).to.deep.equal([])
    for (let index = 0; index < 10_000; index += 1) asking.hint([tokenOf('prompt', 'a')])
    expect(asked).to.deep.equal([['a']])
    answers[0]?.resolve([[]])
    await flush()
    expect(asked, 'something may have changed since').to.deep.equal([['a'], ['a']])
    answers[1]?.resolve([[]])
    await flush()
    expect(asked).to.have.length(2)
  })

  it('is asked again while the database is away', async () => {
    const { asked, answers, asking, clock, topic } = start()
    asking.add(topic('claim', true), 'a')
    asking.hint('all')
    answers[0]?.reject(new Error('away'))
    await flush()
    clock.advance(1_000)
    expect(asked).to.deep.equal([['a'], ['a']])
    asking.stop()
    clock.advance(60_000)
    expect(asked).to.have.length(2)
  })
})
