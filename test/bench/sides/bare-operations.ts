// The directory operations of a sign-in and nothing around them, in a process of its own.
import type { Client } from 'ldapts'
import type { Person } from '../load/loader.ts'
import { type BenchDirectory, openClient } from './directories.ts'

const lanes = 16
/** As many as Holdfast opens by default. */
const searchConnections = 8

export type BareResult = { readonly perSecond: number; readonly cpuMicros: number }

/**
 * Search, groups and bind for each person, `lanes` people and connections at a time, and two more that search. `bindOnly` leaves the searches
 * out. The connections are open before the clock starts.
 */
export async function runBare(
  directory: BenchDirectory,
  people: readonly Person[],
  bindOnly: boolean,
): Promise<BareResult> {
  const dns = bindOnly ? await findAll(directory, people) : new Map<string, string>()
  const binds = await openMany(directory, lanes)
  const searches = await openMany(directory, searchConnections)
  const free = [...searches]
  const waiting: ((client: Client) => void)[] = []
  const queue = [...people]

  async function find(person: Person): Promise<string> {
    const client = free.pop() ?? (await new Promise<Client>((resolve) => waiting.push(resolve)))
    try {
      return await findPerson(directory, client, person)
    } finally {
      const next = waiting.shift()
      if (next === undefined) free.push(client)
      else next(client)
    }
  }

  const cpuBefore = process.cpuUsage()
  const startedAtMs = performance.now()
  await Promise.all(
    binds.map(async (client) => {
      for (let person = queue.pop(); person !== undefined; person = queue.pop()) {
        await client.bind(dns.get(person.name) ?? (await find(person)), person.password)
      }
    }),
  )
  const seconds = (performance.now() - startedAtMs) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  await Promise.all([...searches, ...binds].map((client) => client.unbind()))
  return { perSecond: people.length / seconds, cpuMicros: (user + system) / people.length }
}

async function openMany(directory: BenchDirectory, count: number): Promise<Client[]> {
  const clients = Array.from({ length: count }, () => openClient(directory))
  for (const client of clients) await client.bind(directory.bindDn, directory.bindPassword)
  return clients
}

/**
 * What the product asks: the person with what a sign-in needs to know, then the groups. Groups above them, and names
 * that stand for their SIDs, it remembers for a while from earlier people. Gives the DN.
 */
async function findPerson(
  { baseDn, personFilter, loginAttribute, kind }: BenchDirectory,
  client: Client,
  { name }: Person,
): Promise<string> {
  const id = kind === 'ad' ? ['objectGUID', 'objectSid', 'primaryGroupID'] : ['entryUUID']
  const { searchEntries } = await client.search(baseDn, {
    scope: 'sub',
    filter: personFilter(name),
    attributes: [...id, loginAttribute, 'displayName', 'mail', 'preferredLanguage'],
    sizeLimit: 2,
  })
  const dn = searchEntries[0]?.dn
  if (dn === undefined) throw new Error(`nobody is called ${name}`)
  const groups =
    kind === 'ad' ? await tokenGroups(client, dn) : await directGroups(client, baseDn, dn)
  if (groups.length === 0) throw new Error(`${name} is in no group`)
  return dn
}

async function tokenGroups(client: Client, dn: string): Promise<readonly unknown[]> {
  const { searchEntries } = await client.search(dn, { scope: 'base', attributes: ['tokenGroups'] })
  return [searchEntries[0]?.tokenGroups ?? []].flat()
}

async function directGroups(
  client: Client,
  baseDn: string,
  dn: string,
): Promise<readonly unknown[]> {
  const { searchEntries } = await client.search(baseDn, {
    scope: 'sub',
    filter: `(|(member=${dn})(&(objectClass=groupOfUniqueNames)(uniqueMember=${dn})))`,
    attributes: ['cn'],
    paged: true,
  })
  return searchEntries
}

async function findAll(
  directory: BenchDirectory,
  people: readonly Person[],
): Promise<Map<string, string>> {
  const client = openClient(directory)
  await client.bind(directory.bindDn, directory.bindPassword)
  const dns = new Map<string, string>()
  for (const person of people) {
    dns.set(person.name, await findPerson(directory, client, person))
  }
  await client.unbind()
  return dns
}
