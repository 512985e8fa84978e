import { createHash } from 'node:crypto'
import type { NewAuthenticator } from '../../../src/accounts/index.ts'
import { hashRecoveryCode, otpCode } from '../../../src/methods/index.ts'
import type { Store } from '../../../src/store/index.ts'

/** A person of one scenario: what their directory says, and what they have enrolled. */
export type Person = {
  /** Default `wonderland`. */
  readonly password?: string
  readonly groups?: readonly string[]
  readonly language?: string
  /** Further fields of the directory, as the configuration names them. */
  readonly entry?: Readonly<Record<string, unknown>>
  readonly totp?: true | { readonly digits?: 6 | 8; readonly periodSeconds?: 30 | 60 }
  readonly hotp?: true
  /** How many recovery codes. */
  readonly recovery?: number
  readonly sms?: true
  readonly call?: true | { readonly pin?: string; readonly backup?: true }
  readonly mail?: true
  /** What an administrator has done before. */
  prepare?(store: Store, userKey: string, nowMs: number): Promise<void>
}

/** The same bytes in each run. */
export function bytesOf(what: string, length: number): Buffer {
  return createHash('sha512').update(what).digest().subarray(0, length)
}

/** A number of this person's alone. */
export function phoneOf(name: string, which = 'phone'): string {
  const digits = bytesOf(`${which} of ${name}`, 6).readUIntBE(0, 6) % 10 ** 8
  return `+316${String(digits).padStart(8, '0')}`
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export function recoveryCodeOf(name: string, index: number): string {
  const letters = [...bytesOf(`recovery ${index} of ${name}`, 12)].map(
    (byte) => alphabet[byte % 32],
  )
  return [0, 4, 8].map((at) => letters.slice(at, at + 4).join('')).join('-')
}

function totpOf(name: string, { totp }: Person) {
  const { digits = 6, periodSeconds = 30 } = totp === true || totp === undefined ? {} : totp
  return { seed: bytesOf(`totp of ${name}`, 20), algorithm: 'sha1', digits, periodSeconds } as const
}

function hotpOf(name: string) {
  return { seed: bytesOf(`hotp of ${name}`, 20), algorithm: 'sha1', digits: 6 } as const
}

/** What the app of this person shows, some steps from now. */
export function totpCode(name: string, person: Person, nowMs: number, steps = 0): string {
  const { periodSeconds, ...parameters } = totpOf(name, person)
  return otpCode(parameters, Math.floor(nowMs / 1_000 / periodSeconds) + steps)
}

export function hotpCode(name: string, counter: number): string {
  return otpCode(hotpOf(name), counter)
}

/** The entry of a local directory. */
export function entryOf(person: Person): Readonly<Record<string, unknown>> {
  const { password = 'wonderland', groups = ['staff'], language, entry } = person
  return { password, groups, ...(language && { language }), ...entry }
}

/** Enrols them, as commands do. */
export async function enrol(
  store: Store,
  name: string,
  person: Person,
  nowMs: number,
): Promise<void> {
  const userKey = `people:${name}`
  await store.accounts.noteUser(userKey, name)
  const authenticators = authenticatorsOf(store, name, userKey, person)
  await Promise.all(authenticators.map((each) => store.authenticators.add(each)))
  await person.prepare?.(store, userKey, nowMs)
}

function authenticatorsOf(
  store: Store,
  name: string,
  userKey: string,
  person: Person,
): readonly NewAuthenticator[] {
  const { totp, hotp, sms, call, mail, recovery } = person
  const owner = { userKey, label: '' }
  const found: NewAuthenticator[] = []
  if (totp)
    found.push({ ...owner, method: 'totp', driftSteps: 0, lastStep: -1, ...totpOf(name, person) })
  if (hotp) found.push({ ...owner, method: 'hotp', counter: 0, ...hotpOf(name) })
  if (sms) found.push({ ...owner, method: 'sms', phone: phoneOf(name) })
  if (call !== undefined) {
    const { pin, backup }: { readonly pin?: string; readonly backup?: true } =
      call === true ? {} : call
    found.push({
      ...owner,
      method: 'call',
      phone: phoneOf(name),
      ...(pin !== undefined && { pin }),
      ...(backup && { backupPhone: phoneOf(name, 'backup') }),
    })
  }
  if (mail) found.push({ ...owner, method: 'email', address: `${name}@corp.example` })
  if (recovery !== undefined) {
    const codes = Array.from({ length: recovery }, (_, index) => recoveryCodeOf(name, index))
    const codeHashes = codes.map((code) => hashRecoveryCode(code, userKey, store.hashingKey))
    found.push({ ...owner, method: 'recovery', codeHashes })
  }
  return found
}
