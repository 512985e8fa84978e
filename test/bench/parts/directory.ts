import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startFreeRadius } from '../../lab/freeradius.ts'
import { startApp } from '../sides/app.ts'
import { type BareResult, runBare } from '../sides/bare-operations.ts'
import {
  type BenchDirectory,
  directoryPeople,
  staffGroup,
  startBenchOpenLdap,
  startBenchSamba,
} from '../sides/directories.ts'
import { enrolEverybody, untilCodesLast, withCodes } from '../sides/enrolled.ts'
import { format, median, type Section, verdict } from '../figures.ts'
import { benchSecret } from '../sides/gateway.ts'
import type { Loader, Person } from '../load/loader.ts'
import { expectAccepts, type Measured, measure } from '../measure.ts'
import { medianOf } from '../rounds.ts'

const rounds = 3
const atOnce = 32

type Setting = {
  readonly title: string
  readonly peopleARound: number
  /** People who sign in before the first round. */
  readonly warmUp: number
  readonly start: (people: readonly Person[]) => Promise<BenchDirectory>
}

/**
 * Password in a directory, a required group, TOTP and audit, against the same directory operations
 * alone and against FreeRADIUS `ldap`, which checks password and group only. Each round has people of
 * its own, so that nobody is remembered.
 */
export async function benchActiveDirectory(loader: Loader): Promise<Section[]> {
  const title = 'Active Directory (Samba) over LDAPS'
  return [
    await benchOne({ title, peopleARound: 250, warmUp: 1000, start: startBenchSamba }, loader),
  ]
}

/** The same with slapd. */
export async function benchOpenLdap(loader: Loader): Promise<Section[]> {
  const title = 'OpenLDAP (slapd) over LDAPS'
  return [
    await benchOne({ title, peopleARound: 1000, warmUp: 1500, start: startBenchOpenLdap }, loader),
  ]
}

async function benchOne(setting: Setting, loader: Loader): Promise<Section> {
  const { peopleARound, warmUp } = setting
  const people = directoryPeople(rounds * peopleARound + warmUp)
  const directory = await setting.start(people)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-directory-'))
  const store = join(folder, 'store.db')
  const master = await enrolEverybody(
    store,
    people,
    ({ name }) => `corp:${directory.ids.get(name) ?? ''}`,
  )
  const ours = await startOurs(directory, store, master, true)
  const ungrouped = await startOurs(directory, store, master, false)
  const plain = await startPeer(directory, false)
  const grouped = await startPeer(directory, true)
  const rates = {
    ours: [] as Measured[],
    ungrouped: [] as Measured[],
    plain: [] as Measured[],
    grouped: [] as Measured[],
    bare: [] as BareResult[],
    binds: [] as BareResult[],
  }
  const job = (port: number, some: readonly Person[]) => ({
    port,
    secret: benchSecret,
    people: some,
    sockets: 4,
    window: atOnce,
    timeoutMs: 5_000,
  })
  try {
    // Samba notes the first logon of each: whoever comes first would pay for all.
    await runBare(directory, people, true)
    const warm = people.slice(0, warmUp)
    await untilCodesLast(10_000)
    for (const server of [ours, ungrouped, plain, grouped]) {
      const some = server === ours || server === ungrouped ? withCodes(warm) : warm
      expectAccepts(
        setting.title,
        await measure(loader, server.pid, job(server.port, some)),
        warmUp,
      )
    }
    for (let round = 0; round < rounds; round++) {
      const first = warmUp + round * peopleARound
      const some = people.slice(first, first + peopleARound)
      await untilCodesLast(18_000)
      // Before and after, since whatever else this machine does comes and goes.
      rates.bare.push(await runBare(directory, some, false))
      rates.ours.push(await measure(loader, ours.pid, job(ours.port, withCodes(some))))
      rates.bare.push(await runBare(directory, some, false))
      rates.ungrouped.push(
        await measure(loader, ungrouped.pid, job(ungrouped.port, withCodes(some))),
      )
      rates.plain.push(await measure(loader, plain.pid, job(plain.port, some)))
      rates.grouped.push(await measure(loader, grouped.pid, job(grouped.port, some)))
      rates.binds.push(await runBare(directory, some, true))
    }
    for (const side of [rates.ours, rates.ungrouped, rates.plain, rates.grouped]) {
      for (const one of side) expectAccepts(setting.title, one, peopleARound)
    }
  } finally {
    await Promise.all([ours.stop(), ungrouped.stop(), plain.stop(), grouped.stop()])
    rmSync(folder, { recursive: true })
  }
  return section(setting.title, directory.kind, {
    ours: medianOf(rates.ours),
    ungrouped: medianOf(rates.ungrouped),
    plain: medianOf(rates.plain),
    grouped: medianOf(rates.grouped),
    bare: medianBare(rates.bare),
    binds: medianBare(rates.binds),
  })
}

function medianBare(results: readonly BareResult[]): BareResult {
  return {
    perSecond: median(results.map(({ perSecond }) => perSecond)),
    cpuMicros: median(results.map(({ cpuMicros }) => cpuMicros)),
  }
}

type Medians = {
  readonly ours: Measured
  readonly ungrouped: Measured
  readonly plain: Measured
  readonly grouped: Measured
  readonly bare: BareResult
  readonly binds: BareResult
}

function section(
  title: string,
  kind: BenchDirectory['kind'],
  { ours, ungrouped, plain, grouped, bare, binds }: Medians,
): Section {
  const share = (of: { perSecond: number }) => format((ours.perSecond / of.perSecond) * 100)
  const row = (
    name: string,
    side: Pick<Measured, 'perSecond' | 'cpuMicros'>,
    latency?: Measured,
  ) => [
    name,
    format(side.perSecond),
    format(side.cpuMicros),
    latency === undefined ? '' : format(latency.p50Ms, 1),
    latency === undefined ? '' : format(latency.p99Ms, 1),
    share(side),
  ]
  const withGroup = ours.perSecond / grouped.perSecond
  const withoutGroup = ungrouped.perSecond / plain.perSecond
  const notBelow = verdict(
    `${format(withGroup * 100)} % of FreeRADIUS \`ldap\` where both look at a group, ${format(withoutGroup * 100)} % where neither does (not below FreeRADIUS wanted).`,
    withGroup >= 1 && withoutGroup >= 1,
  )
  const nearBare = verdict(
    `${share(bare)} % of the same directory operations with nothing around them (at least 95 % wanted); ${share(binds)} % of binds alone.`,
    ours.perSecond >= 0.95 * bare.perSecond,
  )
  return {
    title,
    columns: ['', 'a second', 'CPU each, µs', 'p50, ms', 'p99, ms', 'Holdfast in % of it'],
    rows: [
      row('Holdfast: password, group, TOTP, audit', ours, ours),
      row('Holdfast: password, TOTP, audit; no rule names a group', ungrouped, ungrouped),
      row('search, groups and bind alone, 16 at once', bare),
      row('bind alone, 16 at once', binds),
      row('FreeRADIUS `ldap`: password', plain, plain),
      row('FreeRADIUS `ldap`: password and group', grouped, grouped),
    ],
    notes: kind === 'ad' ? [nearBare, notBelow] : [notBelow],
  }
}

function startOurs(
  directory: BenchDirectory,
  store: string,
  master: Uint8Array,
  withGroup: boolean,
) {
  return startApp((folder) => {
    copyFileSync(store, join(folder, 'store.db'))
    writeFileSync(join(folder, 'key'), Buffer.from(master).toString('base64'), { mode: 0o600 })
    writeFileSync(join(folder, 'ca.pem'), directory.ca)
    return `
store: { sqlite: ${folder}/store.db }
sealing_key: file:${folder}/key
directories:
  corp:
    type: ldap
    kind: ${directory.kind}
    servers: ${directory.url}
    ca_file: ${folder}/ca.pem
    bind_dn: "${directory.bindDn}"
    bind_password: "${directory.bindPassword}"
    base_dn: "${directory.baseDn}"
    phone_attributes: []
gateways:
  vpn: { address: 127.0.0.1, secret: ${benchSecret}, flow: append, patience: 20s${withGroup ? `, require_groups: [${staffGroup}]` : ''} }
`
  })
}

function startPeer(directory: BenchDirectory, withGroup: boolean) {
  const { url, bindDn, bindPassword, baseDn, loginAttribute, kind } = directory
  const membership =
    kind === 'ad'
      ? '(member:1.2.840.113556.1.4.1941:=%{control:Ldap-UserDn})'
      : '(member=%{control:Ldap-UserDn})'
  const group = `
      if (!(LDAP-Group == "${staffGroup}")) {
        reject
      }`
  return startFreeRadius((folder) => {
    writeFileSync(join(folder, 'ca.pem'), directory.ca)
    return {
      modules: `
  always reject {
    rcode = reject
  }
  ldap {
    server = "${url}"
    identity = "${bindDn}"
    password = "${bindPassword}"
    base_dn = "${baseDn}"
    user {
      base_dn = "\${..base_dn}"
      filter = "(${loginAttribute}=%{User-Name})"
    }
    group {
      base_dn = "\${..base_dn}"
      filter = "(objectClass=*)"
      name_attribute = cn
      membership_filter = "${membership}"
      cacheable_name = no
      cacheable_dn = no
    }
    options {
      chase_referrals = no
      res_timeout = 10
      srv_timelimit = 3
      net_timeout = 3
    }
    tls {
      ca_file = ${folder}/ca.pem
      require_cert = "demand"
    }
    pool {
      start = 5
      min = 5
      max = 32
      spare = 5
      uses = 0
      lifetime = 0
      idle_timeout = 0
    }
  }`,
      authorize: `
    ldap
    if (ok || updated) {
      update control {
        Auth-Type := LDAP
      }${withGroup ? group : ''}
    }`,
      authenticate: `
    Auth-Type LDAP {
      ldap
    }`,
    }
  })
}
