import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Person } from '../load/loader.ts'
import { startLoader } from '../load/loader.ts'
import { measure } from '../load/measure.ts'
import type { Measured } from '../load/measured.ts'
import { type Finding, format, formatSpread, type Section } from '../report/section.ts'
import { runBare } from '../sides/bare-operations.ts'
import {
  type BenchDirectory,
  directoryPeople,
  startBenchOpenLdap,
  startBenchSamba,
} from '../sides/directories.ts'
import { startDirectoryOurs, startDirectoryPeer } from '../sides/directory-servers.ts'
import { enrolEverybody, untilCodesLast, withCodes } from '../sides/enrolled.ts'
import { benchSecret } from '../sides/gateway.ts'
import { ratioOf, spreadOf } from '../statistics/spread.ts'
import { inTurns, type PerSide } from '../statistics/turns.ts'
import { warmUp } from '../statistics/warm-up.ts'
import type { Part, PartOptions } from './part.ts'

const atOnce = 32
const mostWindows = 8

type Setting = {
  readonly kind: 'ad' | 'openldap'
  readonly title: string
  readonly peopleARound: number
  /** People who sign in in one window of warm-up. */
  readonly window: number
  readonly start: (people: readonly Person[]) => Promise<BenchDirectory>
}

const titles = {
  ours: 'Holdfast: password, group, TOTP, audit',
  ungrouped: 'Holdfast: password, TOTP, audit; no rule names a group',
  bare: 'search, groups and bind alone, 16 at once',
  binds: 'bind alone, 16 at once',
  plain: 'FreeRADIUS `ldap`: password',
  grouped: 'FreeRADIUS `ldap`: password and group',
}
type Name = keyof typeof titles
const servers = ['ours', 'ungrouped', 'plain', 'grouped'] as const
const names = Object.keys(titles) as Name[]
type Figures = Pick<Measured, 'perSecond' | 'cpuMicros'> & Partial<Measured>

/**
 * Password in a directory, a required group, TOTP and audit, against the same directory operations
 * alone and against FreeRADIUS `ldap`, which checks password and group only. Each round has people of
 * its own, so that no one is remembered.
 */
export const benchActiveDirectory: Part = (options) =>
  benchOne(
    {
      kind: 'ad',
      title: 'Active Directory (Samba) over LDAPS',
      peopleARound: 250,
      window: 125,
      start: startBenchSamba,
    },
    options,
  )

/** The same with slapd. */
export const benchOpenLdap: Part = (options) =>
  benchOne(
    {
      kind: 'openldap',
      title: 'OpenLDAP (slapd) over LDAPS',
      peopleARound: 1_000,
      window: 250,
      start: startBenchOpenLdap,
    },
    options,
  )

async function benchOne(setting: Setting, { rounds, say }: PartOptions): Promise<Section[]> {
  const { peopleARound, window, kind } = setting
  const warmPeople = mostWindows * window
  const people = directoryPeople(warmPeople + rounds * peopleARound)
  say('filling the directory')
  const directory = await setting.start(people)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-directory-'))
  const store = join(folder, 'store.db')
  const keyOf = ({ name }: Person) => `corp:${directory.ids.get(name) ?? ''}`
  const master = await enrolEverybody(store, people, keyOf)
  const loader = startLoader()
  const started = {
    ours: await startDirectoryOurs(directory, store, master, true),
    ungrouped: await startDirectoryOurs(directory, store, master, false),
    plain: await startDirectoryPeer(directory, false),
    grouped: await startDirectoryPeer(directory, true),
  }
  const run = async (name: (typeof servers)[number], some: readonly Person[]) => {
    const needsCodes = name === 'ours' || name === 'ungrouped'
    if (needsCodes) await untilCodesLast(9_000)
    const { pid, port } = started[name]
    return measure(loader, titles[name], pid, {
      port,
      secret: benchSecret,
      people: needsCodes ? withCodes(some) : some,
      sockets: 4,
      window: atOnce,
      timeoutMs: 5_000,
    })
  }
  const runAny = (name: Name, some: readonly Person[]): Promise<Figures> =>
    name === 'bare' || name === 'binds'
      ? runBare(directory, some, name === 'binds')
      : run(name, some)
  try {
    // Samba notes the first logon of each: the side that comes first would pay for all.
    await runBare(directory, people, true)
    const used = { ours: 0, ungrouped: 0, plain: 0, grouped: 0 }
    const warm = async (name: (typeof servers)[number]) => {
      used[name] += window
      return (await run(name, people.slice(used[name] - window, used[name]))).perSecond
    }
    const warmed = await warmUp(servers, warm, mostWindows)
    say(`warmed up in ${warmed.ours.windows} windows`)
    const figures = await inTurns(names, rounds, async (name, round) => {
      const first = warmPeople + round * peopleARound
      const result = await runAny(name, people.slice(first, first + peopleARound))
      say(`round ${round + 1} of ${rounds}: ${titles[name]}: ${format(result.perSecond)} a second`)
      return result
    })
    return [section(setting.title, kind, figures)]
  } finally {
    loader.stop()
    await Promise.all(servers.map((name) => started[name].stop()))
    rmSync(folder, { recursive: true })
  }
}

function section(
  title: string,
  kind: Setting['kind'],
  figures: PerSide<Name, readonly Figures[]>,
): Section {
  const rates = (name: Name) => figures[name].map(({ perSecond }) => perSecond)
  const latency = (name: Name, figure: 'p50Ms' | 'p99Ms') => {
    const values = figures[name].flatMap((one) => one[figure] ?? [])
    return values.length === 0 ? '' : formatSpread(spreadOf(values), 1)
  }
  const finding = (
    id: string,
    what: string,
    one: Name,
    other: Name,
    atLeast?: number,
  ): Finding => ({
    id: `${kind}.${id}`,
    what,
    ratio: ratioOf(rates(one), rates(other)),
    ...(atLeast !== undefined && { atLeast }),
  })
  const withGroup = 'Sign-ins a second in times those of FreeRADIUS `ldap`, both look at a group'
  const without = 'Sign-ins a second in times those of FreeRADIUS `ldap`, neither looks at a group'
  const bare = 'Sign-ins a second in times the same directory operations with nothing around them'
  const binds = 'Sign-ins a second in times binds alone'
  return {
    title,
    columns: ['', 'a second', 'CPU each, µs', 'p50, ms', 'p99, ms'],
    rows: names.map((name) => [
      titles[name],
      formatSpread(spreadOf(rates(name))),
      formatSpread(spreadOf(figures[name].map(({ cpuMicros }) => cpuMicros))),
      latency(name, 'p50Ms'),
      latency(name, 'p99Ms'),
    ]),
    findings: [
      finding('bare', bare, 'ours', 'bare', kind === 'ad' ? 0.95 : undefined),
      finding('binds', binds, 'ours', 'binds'),
      finding('group', withGroup, 'ours', 'grouped', 1),
      finding('plain', without, 'ungrouped', 'plain', 1),
    ],
    notes: [],
    rounds: figures,
  }
}
