import * as z from 'zod'
import type {
  Authenticator,
  HotpAuthenticator,
  NewAuthenticator,
  TotpAuthenticator,
} from '../accounts/index.ts'
import { type Caller, constantTimeEqual } from '../support/index.ts'
import { AdminError } from './errors.ts'
import { operation, personName } from './operation.ts'
import { maximumSeedsPerCall } from './page-sizes.ts'
import type { AdminParts } from './parts.ts'
import type { Person } from './people.ts'
import { recordChange } from './trail.ts'

const seedArgs = z.strictObject({
  line: z.int().min(0),
  user: personName,
  serial: z.string().max(256).optional(),
  label: z.string().max(256).optional(),
  method: z.enum(['totp', 'hotp']),
  seed: z.base64(),
  algorithm: z.enum(['sha1', 'sha256', 'sha512']),
  digits: z.union([z.literal(6), z.literal(8)]),
  periodSeconds: z.union([z.literal(30), z.literal(60)]),
  counter: z.int().min(0),
})
type SeedArgs = z.output<typeof seedArgs>
type OtpAuthenticator = TotpAuthenticator | HotpAuthenticator

/** One line of the file that was not stored. */
export type SeedRemark = { readonly line: number; readonly text: string }

export type SeedImport = {
  /** Stored, or with `dryRun` what would be. */
  readonly added: number
  /** Already there, exactly so. */
  readonly skipped: readonly SeedRemark[]
  /** Why nothing was stored; empty when it was. */
  readonly problems: readonly SeedRemark[]
}

/** Stores seeds of hardware tokens: all of them, or none when one does not fit. */
export function createSeedOperations(parts: AdminParts) {
  const { store, findPerson } = parts
  const { authenticators, accounts } = store

  return {
    /** `seed` travels as base64. With a single problem nothing is stored. */
    'seeds.import': operation(
      z.strictObject({
        seeds: z.array(seedArgs).min(1).max(maximumSeedsPerCall),
        dryRun: z.boolean(),
      }),
      async ({ seeds, dryRun }, { signal, caller }): Promise<SeedImport> => {
        const people = new Map<string, { person: Person; enrolled: OtpAuthenticator[] }>()
        const problems: SeedRemark[] = []
        const skipped: SeedRemark[] = []
        const wanted: { person: Person; authenticator: NewAuthenticator }[] = []
        for (const seed of seeds) {
          try {
            const known = people.get(seed.user) ?? (await load(seed.user, signal))
            people.set(seed.user, known)
            const remark = compare(seed, known.enrolled)
            if (remark?.same) skipped.push({ line: seed.line, text: remark.text })
            else if (remark) problems.push({ line: seed.line, text: remark.text })
            else {
              const authenticator = newAuthenticator(known.person.key, seed)
              wanted.push({ person: known.person, authenticator })
              known.enrolled.push({ ...authenticator, id: '', createdAtMs: 0 })
            }
          } catch (error) {
            if (!(error instanceof AdminError) || error.code === 'directory-down') throw error
            problems.push({ line: seed.line, text: userProblem(error) })
          }
        }
        if (problems.length > 0) return { added: 0, skipped, problems }
        if (!dryRun) await addAll(caller, wanted)
        return { added: wanted.length, skipped, problems }
      },
    ),
  }

  async function load(name: string, signal: AbortSignal) {
    const person = await findPerson(name, signal)
    const enrolled = (await authenticators.list(person.key)).filter(isOtp)
    return { person, enrolled }
  }

  /** The store takes them one by one; when it fails half-way, what went in is taken out again. */
  async function addAll(
    caller: Caller,
    wanted: readonly { person: Person; authenticator: NewAuthenticator }[],
  ): Promise<void> {
    const added: Authenticator[] = []
    try {
      for (const { person, authenticator } of wanted) {
        await accounts.noteUser(person.key, person.name)
        added.push(await authenticators.add(authenticator))
      }
      // Of each person a row: what was done to them is found under their name.
      for (const [person, theirs] of Map.groupBy(wanted, (one) => one.person)) {
        const count = String(theirs.length)
        await recordChange(parts, caller, 'admin-seeds-imported', person, { count })
      }
    } catch (error) {
      for (const { userKey, id } of added) {
        await authenticators.remove(userKey, id).catch(() => false)
      }
      throw error
    }
  }
}

/** Without the name: where columns were mixed up, it is the seed. */
function userProblem({ code }: AdminError): string {
  return code === 'user-ambiguous'
    ? 'the name in column user means more than one person; write directory:name'
    : 'no directory knows the name in column user'
}

/** What is to be said when the person has this seed, or another one under this serial number. */
function compare(
  wanted: SeedArgs,
  enrolled: readonly OtpAuthenticator[],
): { readonly same: boolean; readonly text: string } | undefined {
  const seed = Buffer.from(wanted.seed, 'base64')
  const label = labelOf(wanted)
  if (enrolled.some((have) => constantTimeEqual(have.seed, seed))) {
    return { same: true, text: 'this person has this seed already' }
  }
  if (wanted.serial !== undefined && enrolled.some((have) => have.label === label)) {
    return {
      same: false,
      text: 'this person has a token with this serial number already, with another seed; remove that one first',
    }
  }
  return undefined
}

function newAuthenticator(
  userKey: string,
  wanted: SeedArgs,
): Omit<TotpAuthenticator, 'id' | 'createdAtMs'> | Omit<HotpAuthenticator, 'id' | 'createdAtMs'> {
  const { algorithm, digits } = wanted
  const seed = new Uint8Array(Buffer.from(wanted.seed, 'base64'))
  const common = { userKey, label: labelOf(wanted), seed, algorithm, digits }
  return wanted.method === 'hotp'
    ? { ...common, method: 'hotp', counter: wanted.counter }
    : {
        ...common,
        method: 'totp',
        periodSeconds: wanted.periodSeconds,
        driftSteps: 0,
        lastStep: -1,
      }
}

/** The serial number is how people tell tokens apart, so the label holds it. */
function labelOf({ label, serial }: SeedArgs): string {
  if (serial === undefined) return label ?? ''
  return label === undefined ? `token ${serial}` : `${label} ${serial}`
}

function isOtp(authenticator: Authenticator): authenticator is OtpAuthenticator {
  return authenticator.method === 'totp' || authenticator.method === 'hotp'
}
