import { expect } from 'chai'
import { watchGroups } from '../../src/compose/group-watch.ts'
import { createLocalDirectory } from '../../src/directory/index.ts'
import type { Directory } from '../../src/signin/index.ts'
import { createTimerWheel } from '../../src/support/index.ts'
import { load, valid } from '../config/load-text.ts'
import { createManualClock } from '../support/manual-clock.ts'

const config = load(`${valid.replace('directories:', 'directories:\n  people: { type: local }')}\
  rdp: { address: 192.0.2.11, secret: "file:vpn", deny_groups: [Guests] }
rules:
  - { group: [Admins, "CN=Old,DC=corp"], deny: true }
`)

/** A directory that lacks what the test says; `undefined` is down. */
function directoryWithout(name: string, missing: { now: readonly string[] | undefined | Error }) {
  const asked: (readonly string[])[] = []
  const directory: Directory = {
    ...createLocalDirectory({ name, users: [] }, { clock: createManualClock(0) }),
    async missingGroups(groups) {
      asked.push(groups)
      if (missing.now instanceof Error) throw missing.now
      return missing.now?.filter((group) => groups.includes(group))
    },
  }
  return { directory, asked }
}

function watch(directories: readonly Directory[]) {
  const clock = createManualClock(0)
  const wheel = createTimerWheel(clock, {
    onError: (error) => {
      throw error
    },
  })
  const byName = new Map(directories.map((directory) => [directory.name, directory]))
  const groups = watchGroups(config, byName, { clock, wheel })
  const later = async (ms: number) => {
    clock.advance(ms)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { groups, later }
}

describe('groups that rules name', () => {
  it('are asked for at once, in lower case, and again every minute', async () => {
    const missing = { now: [] as readonly string[] }
    const { directory, asked } = directoryWithout('corp', missing)
    const { groups, later } = watch([directory])
    await later(0)
    expect(asked[0]?.toSorted()).to.deep.equal(['admins', 'cn=old,dc=corp', 'guests'])
    expect([...groups.missing()]).to.deep.equal([])
    missing.now = ['admins']
    await later(61_000)
    expect([...groups.missing()]).to.deep.equal(['admins'])
    missing.now = []
    await later(61_000)
    expect([...groups.missing()]).to.deep.equal([])
    groups.stop()
    await later(200_000)
    expect(asked).to.have.length(3)
  })

  it('are gone only where no directory has them', async () => {
    const here = directoryWithout('corp', { now: ['admins', 'guests'] })
    const there = directoryWithout('people', { now: ['guests'] })
    const { groups, later } = watch([here.directory, there.directory])
    await later(0)
    expect([...new Set(groups.missing())]).to.deep.equal(['guests'])
  })

  it('stay as they were while the directory cannot tell', async () => {
    const missing: { now: readonly string[] | undefined | Error } = { now: undefined }
    const { directory } = directoryWithout('corp', missing)
    const { groups, later } = watch([directory])
    await later(0)
    expect(groups.missing().size).to.equal(0)
    missing.now = ['admins']
    await later(61_000)
    for (const trouble of [undefined, new Error('down')]) {
      missing.now = trouble
      await later(61_000)
      expect([...groups.missing()]).to.deep.equal(['admins'])
    }
  })

  it('are not looked for where groups are only what people are said to be in', async () => {
    const clock = createManualClock(0)
    const { groups, later } = watch([
      createLocalDirectory({ name: 'people', users: [] }, { clock }),
    ])
    await later(61_000)
    expect(groups.missing().size).to.equal(0)
  })
})
