import { expect } from 'chai'
import type { CompiledQuery } from 'kysely'
import type { StoreContext } from '../../../src/store/context.ts'
import { createSqliteQueries } from '../../../src/store/queries.ts'
import { createWebStepStore } from '../../../src/store/web/steps.ts'
import { createWebWaitStore } from '../../../src/store/web/waits.ts'

describe('a token that anyone makes up', () => {
  it('costs the store a look, and no write', async () => {
    const asked: string[] = []
    const context = {
      queries: createSqliteQueries(),
      connection: {
        async run({ sql }: CompiledQuery) {
          asked.push(sql.slice(0, 6))
          return []
        },
      },
    } as unknown as StoreContext
    const token = new Uint8Array(32)
    expect(await createWebWaitStore(context).ask(token, 1)).to.equal(false)
    expect(await createWebStepStore(context).take(token, 'sign-in', 1)).to.equal(undefined)
    expect(asked).to.deep.equal(['select', 'select'])
  })
})
