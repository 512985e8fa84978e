import { expect } from 'chai'
import { namedGroups } from '../../../src/compose/named-in-rules.ts'
import { createPinStore } from '../../../src/directory/group-watch/pin-store.ts'
import { watchGroups } from '../../../src/directory/group-watch/watch-groups.ts'
import { createLocalDirectory } from '../../../src/directory/index.ts'
import type { LogEvent } from '../../../src/ops/index.ts'
import type { Directory, GroupEntry } from '../../../src/signin/index.ts'
import { createTimerWheel } from '../../../src/support/index.ts'
import { load, valid } from '../../config/load-text.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const config = load(`${valid.replace('directories:', 'directories:\n  people: { type: local }')}\
  rdp: { address: 192.0.2.11, secret: "file:vpn", deny_groups: [Guests] }
rules:
  - { group: [Admins, "CN=Old,DC=corp"], deny: true }
`)

/** A group of a directory: names in rules, and the id after them. */
type Held = { id?: string; name: string; dn?: string }

const admins: Held = { id: 'id-admins', name: 'Admins' }
const guests: Held = { id: 'id-guests', name: 'Guests' }
const old: Held = { id: 'id-old', name: 'Old', dn: 'CN=Old,DC=corp' }

/** A directory with the groups that the test says; `undefined` is down. */
function directoryWith(name: string, start: readonly Held[] | undefined | Error) {
  const state = { groups: start }
  const pinned: Record<string, string>[] = []
  let asked = 0
  const directory: Directory = {
    ...createLocalDirectory({ name, users: [] }, { clock: createManualClock(0) }),
    async findGroups(references) {
      asked += 1
      const { groups } = state
      if (groups instanceof Error) throw groups
      return groups?.length === undefined
        ? undefined
        : references.map((reference) =>
            groups.map(entryOf).filter((group) => fits(group, reference)),
          )
    },
    pinGroups: (pins) => pinned.push(Object.fromEntries(pins)),
  }
  return { directory, state, pins: () => pinned.at(-1), asked: () => asked }
}

function entryOf({ id, name, dn = `CN=${name},DC=corp` }: Held): GroupEntry {
  return { id, name, dn }
}

function fits(group: GroupEntry, reference: { name: string } | { id: string }): boolean {
  if ('id' in reference) return group.id === reference.id
  return [group.name, group.dn].some((each) => each.toLowerCase() === reference.name)
}

function createRig(of = config, settings = new Map<string, string>()) {
  const events: LogEvent[] = []
  const clock = createManualClock(0)
  const wheel = createTimerWheel(clock, {
    onError: (error) => {
      throw error
    },
  })
  const pins = createPinStore({
    set: async (key, value) => void settings.set(key, value),
    remove: async (key) => settings.delete(key),
    list: async (prefix) =>
      [...settings]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => ({ key, value })),
  })
  const parts = { clock, wheel, pins, log: (event: LogEvent) => void events.push(event) }
  return {
    settings,
    watch: (...directories: readonly Directory[]) =>
      watchGroups(namedGroups(of), new Map(directories.map((each) => [each.name, each])), parts),
    async later(ms: number) {
      clock.advance(ms)
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    },
    /** What was told since the last time: event, group, and what else. */
    told: () =>
      events.splice(0).map((event) => {
        const { event: kind, directory: _, ...rest } = event as LogEvent & { directory: string }
        return [kind, ...Object.values(rest)].join(' ')
      }),
  }
}

async function refusal(watching: Promise<unknown>): Promise<string> {
  try {
    await watching
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`
  }
  return 'not refused'
}

describe('groups that rules name (RULES 15)', () => {
  it('are known by their ids from the start, and asked for again every minute', async () => {
    const { watch, later, told, settings } = createRig()
    const corp = directoryWith('corp', [admins, guests, old])
    const groups = await watch(corp.directory)
    const pins = { admins: 'id-admins', guests: 'id-guests', 'cn=old,dc=corp': 'id-old' }
    expect(corp.pins()).to.deep.equal(pins)
    expect([...settings.values()].toSorted()).to.deep.equal(Object.values(pins).toSorted())
    expect([...groups.missing()]).to.deep.equal([])
    corp.state.groups = [guests, old]
    await later(61_000)
    expect([...groups.missing()]).to.deep.equal(['admins'])
    expect(told()).to.deep.equal(['group-gone admins'])
    await later(61_000)
    expect(told()).to.deep.equal([])
    corp.state.groups = [admins, guests, old]
    await later(61_000)
    expect([...groups.missing()]).to.deep.equal([])
    groups.stop()
    const asked = corp.asked()
    await later(200_000)
    expect(corp.asked()).to.equal(asked)
  })

  it('count for people of other domains who are members, also where their directory is down at the start', async () => {
    const rig = createRig()
    const corp = directoryWith('corp', [admins, guests, old])
    const partner = directoryWith('people', [admins, guests, old])
    const placed: Record<string, readonly string[]>[] = []
    let members: readonly string[] | undefined = ['S-1-5-21-9-9-9-1105', 'S-1-5-11']
    const trusting: Directory = {
      ...corp.directory,
      findForeignMembers: async (ids) =>
        members &&
        ids.map((id) => {
          if (id !== 'id-guests') return { sids: [], dns: [] }
          return { sid: 'S-1-5-21-1-1-1-1200', sids: members ?? [], dns: ['cn=eu,dc=eu,dc=corp'] }
        }),
    }
    const trusted: Directory = {
      ...partner.directory,
      useForeignMembers: (groups) => placed.push(Object.fromEntries(groups)),
    }
    const expected = {
      'S-1-5-21-1-1-1-1200': ['guests'],
      'S-1-5-21-9-9-9-1105': ['guests'],
      'S-1-5-11': ['guests'],
      'cn=eu,dc=eu,dc=corp': ['guests'],
    }
    const before = await rig.watch(trusting, trusted)
    expect(placed.at(-1)).to.deep.equal(expected)
    members = undefined
    await rig.later(61_000)
    expect(placed.at(-1), 'its last answer counts').to.deep.equal(expected)
    before.stop()
    corp.state.groups = undefined
    const after = await rig.watch(trusting, trusted)
    expect(placed.at(-1), 'also that of before the restart').to.deep.equal(expected)
    corp.state.groups = [admins, guests, old]
    members = ['S-1-1-0']
    await rig.later(6_000)
    expect(placed.at(-1)).to.have.all.keys('S-1-5-21-1-1-1-1200', 'S-1-1-0', 'cn=eu,dc=eu,dc=corp')
    after.stop()
  })

  it('still match once they are renamed or moved, over a restart too, and the log says both names', async () => {
    const { watch, later, told } = createRig()
    const corp = directoryWith('corp', [admins, guests, old])
    const before = await watch(corp.directory)
    const pins = corp.pins()
    const moved = { ...old, dn: 'CN=Old,OU=New,DC=corp' }
    corp.state.groups = [{ ...admins, name: 'Chiefs' }, guests, moved]
    await later(61_000)
    const expected = [
      'group-renamed admins Chiefs false',
      'group-renamed cn=old,dc=corp CN=Old,OU=New,DC=corp false',
    ]
    expect(told().toSorted()).to.deep.equal(expected)
    expect(before.missing().size).to.equal(0)
    before.stop()
    const after = await watch(corp.directory)
    expect(told().toSorted()).to.deep.equal(expected)
    expect(corp.pins()).to.deep.equal(pins)
    expect(after.missing().size).to.equal(0)
    after.stop()
  })

  it('are not another group that takes the name, neither meanwhile nor after a restart', async () => {
    const { watch, later, told } = createRig()
    const corp = directoryWith('corp', [admins, guests, old])
    const before = await watch(corp.directory)
    corp.state.groups = [{ ...admins, name: 'Chiefs' }, { id: 'evil', name: 'Admins' }, guests, old]
    await later(61_000)
    expect(told()).to.deep.equal(['group-renamed admins Chiefs true'])
    before.stop()
    const after = await watch(corp.directory)
    expect(corp.pins()?.admins).to.equal('id-admins')
    after.stop()
  })

  it('that are gone are missing even where another one has the name, until an administrator reloads', async () => {
    const { watch, later, told, settings } = createRig()
    const corp = directoryWith('corp', [admins, guests, old])
    const before = await watch(corp.directory)
    corp.state.groups = [{ id: 'new', name: 'Admins' }, guests, old]
    await later(61_000)
    expect([...before.missing()]).to.deep.equal(['admins'])
    expect(told()).to.deep.equal(['group-gone admins'])
    before.stop()
    const after = await watch(corp.directory)
    expect(told()).to.deep.equal(['group-replaced admins'])
    expect(corp.pins()?.admins).to.equal('new')
    expect([...settings.values()])
      .to.include('new')
      .and.not.to.include('id-admins')
    expect(after.missing().size).to.equal(0)
    after.stop()
  })

  it('must be there, and once, when they first appear', async () => {
    const { watch } = createRig()
    const none = directoryWith('corp', [guests, old])
    expect(await refusal(watch(none.directory))).to.equal(
      'group-unresolved: rules name groups: directory corp has none that is called admins (rules.0.group, /etc/holdfast/h.yaml:14)',
    )
    const several = directoryWith('corp', [admins, { ...admins, id: 'other' }, guests, old])
    expect(await refusal(watch(several.directory))).to.match(/several called admins; write the DN/)
  })

  it('that have the name in another attribute are named by the refusal, with the line', async () => {
    const { watch } = createRig()
    const { directory } = directoryWith('corp', [guests, old])
    const dn = 'CN=Admins,OU=Groups,DC=corp'
    const similar = [{ as: ['cn'], dn, name: 'gg-admins', isUnseen: false }]
    const asked: string[] = []
    const knowing: Directory = {
      ...directory,
      async similarGroups(name) {
        asked.push(name)
        return { compared: 'sAMAccountName', similar }
      },
    }
    expect(await refusal(watch(knowing))).to.equal(
      `group-unresolved: rules name groups: no group of directory corp has the sAMAccountName "admins". "${dn}" has it as cn, and its sAMAccountName is "gg-admins" (rules.0.group, /etc/holdfast/h.yaml:14)`,
    )
    expect(asked).to.deep.equal(['admins'])
    const failing: Directory = { ...directory, similarGroups: () => Promise.reject(new Error('x')) }
    expect(await refusal(watch(failing))).to.match(/none that is called admins/)
  })

  it('that were there once do not keep the service from starting', async () => {
    const { watch } = createRig()
    const corp = directoryWith('corp', [admins, guests, old])
    ;(await watch(corp.directory)).stop()
    corp.state.groups = [guests, old]
    const groups = await watch(corp.directory)
    expect([...groups.missing()]).to.deep.equal(['admins'])
    groups.stop()
  })

  it('are gone only where no directory has them', async () => {
    const { watch } = createRig()
    const here = directoryWith('corp', [old])
    const there = directoryWith('people', [admins, old])
    expect(await refusal(watch(here.directory, there.directory))).to.match(/corp has none.* guests/)
    there.state.groups = [admins, guests, old]
    const groups = await watch(here.directory, there.directory)
    expect(groups.missing().size).to.equal(0)
    groups.stop()
  })

  it('are gone for the people of a directory that had one of its own, whichever other directory has that name', async () => {
    const { watch, later } = createRig()
    const here = directoryWith('corp', [admins, guests, old])
    const there = directoryWith('people', [{ ...admins, id: 'id-of-there' }, guests, old])
    const groups = await watch(here.directory, there.directory)
    here.state.groups = [guests, old]
    await later(61_000)
    expect([...groups.missing('corp')]).to.deep.equal(['admins'])
    expect([...groups.missing('people')]).to.deep.equal([])
    groups.stop()
  })

  it('are kept, and do not stop the start, while the directory cannot tell; it is asked again soon', async () => {
    const { watch, later } = createRig()
    const corp = directoryWith('corp', [admins, guests, old])
    ;(await watch(corp.directory)).stop()
    const pins = corp.pins()
    for (const trouble of [undefined, new Error('a mistake')] as const) {
      corp.state.groups = undefined
      const groups = await watch(corp.directory)
      expect(corp.pins()).to.deep.equal(pins)
      expect(groups.missing().size).to.equal(0)
      corp.state.groups = [guests, old]
      await later(6_000)
      expect([...groups.missing()]).to.deep.equal(['admins'])
      corp.state.groups = trouble
      await later(61_000)
      expect([...groups.missing()]).to.deep.equal(['admins'])
      groups.stop()
    }
  })

  it('may be groups of people in the configuration alone', async () => {
    const breaking = load(
      `${valid.replace('directories:', 'directories:\n  people: { type: local, users: { b: { groups: [Glass], password_hash: "scrypt$x" } } }')}\nrules:\n  - { group: glass, deny: true }\n`,
    )
    const { watch, later } = createRig(breaking)
    const corp = directoryWith('corp', [])
    const groups = await watch(corp.directory)
    expect(groups.missing().size).to.equal(0)
    // Once a directory has had it, it is that one.
    corp.state.groups = [{ id: 'glass', name: 'Glass' }]
    await later(61_000)
    corp.state.groups = []
    await later(61_000)
    expect([...groups.missing()]).to.deep.equal(['glass'])
    groups.stop()
  })

  it('are not forgotten by a configuration that is refused', async () => {
    const { watch, settings } = createRig()
    const corp = directoryWith('corp', [admins, guests, old])
    ;(await watch(corp.directory)).stop()
    const known = [...settings]
    const typo = createRig(load(`${valid}rules:\n  - { group: Admin, deny: true }\n`), settings)
    expect(await refusal(typo.watch(corp.directory))).to.match(/none that is called admin \(/)
    expect([...settings]).to.deep.equal(known)
  })

  it('are forgotten once no rule names them', async () => {
    const { watch, settings } = createRig()
    settings.set('group-of-rules:corp:long-ago', 'x')
    const corp = directoryWith('corp', [admins, guests, old])
    ;(await watch(corp.directory)).stop()
    expect([...settings.keys()].join()).not.to.contain('long-ago')
  })

  it('are not looked for where groups are only what people are said to be in', async () => {
    const { watch, later } = createRig()
    const people = createLocalDirectory(
      { name: 'people', users: [] },
      { clock: createManualClock(0) },
    )
    const groups = await watch(people)
    await later(61_000)
    expect(groups.missing().size).to.equal(0)
  })
})
