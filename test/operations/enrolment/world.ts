import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { methods, type User } from '../../../src/accounts/index.ts'
import { createPasskeys } from '../../../src/methods/index.ts'
import {
  type AdminOperations,
  type AdminParts,
  type CampaignSettings,
  createAdminOperations,
  createPairingMemory,
  createPairings,
  createPersonLookup,
  createSelfOperations,
  type EnrolmentParts,
} from '../../../src/operations/index.ts'
import type { Directory, PeoplePart } from '../../../src/signin/index.ts'
import { createKeyring, openStore } from '../../../src/store/index.ts'
import type { Caller, PortalCaller } from '../../../src/support/index.ts'
import { createTexts } from '../../../src/texts/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'

export const helena: Caller = { via: 'helpdesk-socket', uid: 1007, name: 'helena' }
export const root: Caller = { via: 'admin-socket', uid: 0, name: 'root' }
export const { signal } = new AbortController()

/** People, a phone network and the operations, over a real store. */
export async function createEnrolmentWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-enrolment-'))
  const clock = createManualClock(1_790_000_000_000)
  const store = await openStore({
    ...{ file: join(folder, 'holdfast.db'), node: 'test', clock },
    keyring: createKeyring({ current: new Uint8Array(32).fill(1) }),
  })
  const texts = createTexts({ defaultLanguage: 'en' })
  const people = new Map<string, User>()
  const passwords = new Map<string, { stamp?: string; setMs?: number }>()
  const sent: { readonly to: string; readonly code: string }[] = []
  const rung: string[] = []
  const told: string[] = []
  const inCampaign = new Set<string>()
  let answers: 'approved' | 'refused' | 'fraud' = 'approved'
  const settings = {
    networks: [] as EnrolmentSettings['networks'],
    trustsDirectoryPhones: false,
    portal: 'https://mfa.example.com',
  }
  let limited = false
  const pairings = createPairings(clock, createPairingMemory(clock))
  const passkeys = createPasskeys({
    ...{ host: 'mfa.example.org', name: 'Example', origin: 'https://mfa.example.org' },
  })
  let listEnd: PeoplePart | undefined
  let isDeaf = false
  const campaigns: CampaignSettings[] = []

  function addPerson(name: string, more: Partial<User> = {}): User {
    const user: User = {
      ...{
        key: `corp:${name}`,
        directory: 'corp',
        name,
        displayName: name,
        groups: [],
        phones: [],
      },
      ...more,
    }
    people.set(name, user)
    return user
  }
  const byKey = (key: string) => [...people.values()].find((user) => user.key === key)
  const directory: Directory = {
    name: 'corp',
    resolve: async (name) => {
      const user = people.get(name)
      return user === undefined ? { kind: 'unknown' } : { kind: 'user', user }
    },
    resolveKey: async (key) => {
      const user = byKey(key)
      return user === undefined ? { kind: 'unknown' } : { kind: 'user', user }
    },
    async *listPeople(group) {
      const listed = [...people.values()].filter(
        ({ groups }) => group === undefined || groups.includes(group),
      )
      if (listed.length === 0) yield { kind: 'group-unknown' }
      // Parts of three, so that every test has several.
      for (let at = 0; at < listed.length; at += 3) {
        yield { kind: 'people', people: listed.slice(at, at + 3) }
      }
      if (listEnd !== undefined) yield listEnd
    },
    verify: async () => ({ kind: 'busy' }),
    close: async () => undefined,
  }
  const enrolment: EnrolmentParts = {
    reach: {
      wayOf: (method) => (isDeaf ? undefined : method === 'call' ? 'approve' : 'send'),
      async sendCode(_, contact, code) {
        if (limited) return { kind: 'limit' }
        sent.push({ to: 'phone' in contact ? contact.phone : contact.address, code })
        return { kind: 'sent' }
      },
      async ring(_, contact) {
        if (limited) return 'limit'
        rung.push(`${contact.phone}${contact.pin === undefined ? '' : ` PIN ${contact.pin}`}`)
        return answers
      },
    },
    readPhone: async (written) => (/^\+\d{8,15}$/.test(written) ? written : undefined),
    findUser: async (key) => byKey(key),
    passwordStamp: async ({ key }) => passwords.get(key)?.stamp,
    passwordSetMs: async ({ key }) => passwords.get(key)?.setMs,
    isInCampaign: async ({ name }) => inCampaign.has(name),
    pairings,
    passkeys: () => passkeys,
    settings: () => ({ ...settings, tries: 3 }),
    text: (key, language, values) =>
      texts.text(key, language, { helpdesk: 'the helpdesk', ...values }),
    languageOf: texts.languageOf,
    directories: () => [directory],
    campaigns: () => campaigns,
  }
  const parts: AdminParts = {
    ...{ clock, store, enrolment, issuer: 'Example', scratchFolder: folder },
    findPerson: createPersonLookup({ directories: [directory], users: store.users }),
    gateways: async () => [],
    usableMethods: () => methods,
    notices: { tell: (person, { kind }, by) => told.push(`${person.name} ${kind} ${by}`) },
  }
  const operations: AdminOperations = createAdminOperations(parts)
  const self = createSelfOperations(() => operations)

  return {
    ...{
      clock,
      store,
      operations,
      parts,
      enrolment,
      settings,
      passwords,
      pairings,
      sent,
      rung,
      told,
      self,
      inCampaign,
    },
    addPerson,
    answer(next: typeof answers) {
      answers = next
    },
    directory,
    campaigns,
    /** No provider reaches anyone's number or address. */
    reachNothing() {
      isDeaf = true
    },
    /** The operations with something of the service exchanged. */
    withEnrolment: (change: Partial<EnrolmentParts>) =>
      createAdminOperations({ ...parts, enrolment: { ...enrolment, ...change } }),
    /** As the command line has them where no service runs. */
    offline() {
      const { enrolment: _, ...rest } = parts
      return createAdminOperations(rest)
    },
    /** How lists of people end early; undefined: they are whole. */
    endLists(end: PeoplePart | undefined) {
      listEnd = end
    },
    limit(isLimited: boolean) {
      limited = isLimited
    },
    as(user: User, session: Partial<PortalCaller> = {}): PortalCaller {
      return {
        ...{ via: 'portal', userKey: user.key, name: user.name, address: '192.0.2.7' },
        ...{ tokenHash: new Uint8Array(32), session: 'whole', isConfirmed: true, ...session },
      }
    },
    call: (caller: Caller) => ({ send: () => undefined, signal, caller }),
    async lastRow() {
      const [row] = await store.audit.searchAudit({ limit: 1 })
      return { reason: row?.reason, userKey: row?.userKey, detail: row?.timeline[0]?.detail }
    },
    async close() {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type EnrolmentSettings = ReturnType<EnrolmentParts['settings']>
export type EnrolmentWorld = Awaited<ReturnType<typeof createEnrolmentWorld>>

/** The code or reason of a refusal; `done` where there was none. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    const { reason, code } = Object(error) as { reason?: string; code?: string }
    return reason ?? code ?? String(error)
  }
}
