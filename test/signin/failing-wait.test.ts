import { expect } from 'chai'
import { createLocalDirectory } from '../../src/directory/index.ts'
import { Secret } from '../../src/support/index.ts'
import { createManualClock } from '../support/manual-clock.ts'
import {
  createWorld,
  flush,
  gatewayRules,
  laptop,
  password,
  totp,
  wrongCodeFor,
} from './harness.ts'

describe('a refusal whose wait fails', () => {
  it('is logged, gets a row, and keeps no equal request waiting', async () => {
    let fails = true
    const users = [{ name: 'alice', password: new Secret(password) }]
    const local = createLocalDirectory(
      { name: 'local', users, allowClear: true },
      { clock: createManualClock() },
    )
    const directory = {
      ...local,
      async waitLikePassword() {
        if (fails) throw new Error('no memory for a hash')
        return 'waited' as const
      },
    }
    const world = createWorld({ parts: { directories: new Map([['local', directory]]) } })
    const app = await world.enrol('alice', totp)
    const gateway = gatewayRules({ flow: 'append', secondFactorFirst: true })
    const request = {
      gateway,
      device: laptop,
      password: `${password},${wrongCodeFor(world, app)}`,
    }
    const first = world.start(request)
    await flush()
    expect(first.outcome).to.deep.equal({ kind: 'drop', reason: 'internal-error' })
    expect(world.troubles.map(({ what, detail }) => [what, detail])).to.deep.equal([
      ['internal-error', 'no memory for a hash'],
    ])
    expect(world.rows.map(({ reason }) => reason)).to.deep.equal(['internal-error'])
    fails = false
    await world.advance(15_000)
    const second = world.start(request)
    await flush()
    expect(second.outcome).to.include({ kind: 'reject', reason: 'code-wrong' })
  })
})
