import type { NewAuthenticator } from '../../accounts/index.ts'
import { parseSeed } from '../../methods/index.ts'
import type { Directory } from '../../signin/index.ts'
import type { Store } from '../../store/index.ts'
import { HoldfastError } from '../../support/index.ts'

/** What a person of the demo has. */
export type DemoEnrolment = { readonly user: string; readonly directory: string } & (
  | { readonly method: 'totp'; readonly seed: string }
  | { readonly method: 'sms' | 'call'; readonly phone: string }
)

/** Gives the people of the demo what they sign in with. */
export async function enrolDemo(
  enrolments: readonly DemoEnrolment[],
  store: Pick<Store, 'accounts' | 'authenticators'>,
  directories: ReadonlyMap<string, Directory>,
): Promise<void> {
  for (const enrolment of enrolments) {
    const directory = directories.get(enrolment.directory)
    const resolved = await directory?.resolve(enrolment.user, AbortSignal.timeout(1_000))
    if (resolved?.kind !== 'user') {
      throw new HoldfastError(
        'demo-user-unknown',
        `demo.enrolments: there is no user ${enrolment.user}`,
      )
    }
    const { key, name } = resolved.user
    await store.accounts.noteUser(key, name)
    const wanted = authenticatorOf(enrolment, key)
    const enrolled = await store.authenticators.list(key)
    // A store that outlives the process has it already; a second one would take used codes again.
    if (!enrolled.some((each) => isSame(each, wanted))) await store.authenticators.add(wanted)
  }
}

function authenticatorOf(enrolment: DemoEnrolment, userKey: string): NewAuthenticator {
  const common = { userKey, label: 'demo' }
  if (enrolment.method !== 'totp') {
    return { ...common, method: enrolment.method, phone: enrolment.phone }
  }
  const seed = parseSeed(enrolment.seed)
  if (seed === undefined)
    throw new HoldfastError('demo-seed-invalid', 'demo.enrolments: a seed is not Base32')
  return {
    ...common,
    method: 'totp',
    seed,
    algorithm: 'sha1',
    digits: 6,
    periodSeconds: 30,
    driftSteps: 0,
    lastStep: -1,
  }
}

function isSame(one: NewAuthenticator, other: NewAuthenticator): boolean {
  if (one.method !== other.method) return false
  if (one.method === 'totp' && other.method === 'totp') {
    return Buffer.compare(one.seed, other.seed) === 0
  }
  return 'phone' in one && 'phone' in other && one.phone === other.phone
}
