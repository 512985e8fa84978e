import * as z from 'zod'
import type { Authenticator, Method, NewAuthenticator, Provenance } from '../../accounts/index.ts'
import {
  createRecoveryCodes,
  createTotpSeed,
  formatSeed,
  hashRecoveryCode,
  otpauthUri,
  parseSeed,
} from '../../methods/index.ts'
import type { Caller } from '../../support/index.ts'
import { endSessionsOf } from '../end-sessions.ts'
import { AdminError } from '../errors.ts'
import { operation, personName, reason } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'
import { recordChange } from '../record-change.ts'
import { tellChange } from '../tell-change.ts'
import { authenticatorUnknown, findAuthenticator } from './find-authenticator.ts'
import { noFirstCode, withFirstCode } from './first-code.ts'
import { type AuthenticatorView, viewAuthenticator } from './view.ts'

/** What was enrolled. `uri` and `codes` are secrets: shown once, stored nowhere. */
export type Enrolment = {
  readonly person: Person
  readonly authenticator: AuthenticatorView
  /** otpauth link, for TOTP and HOTP. */
  readonly uri?: string
  /** Recovery codes. */
  readonly codes?: readonly string[]
}

/** How authenticator apps call us where the installation has no other name. */
export const defaultIssuer = 'Holdfast'

const recoveryCodeCount = 10
const phone = z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be a number such as +31612345678')
const mailAddress = z.email('must be a mail address such as alice@example.com')
/** As apps and tokens show it. */
const code = z.string().regex(/^\d{6}(\d{2})?$/, 'a code has 6 or 8 digits')
const label = z.string().max(64).default('')
const otpFields = {
  label,
  algorithm: z.enum(['sha1', 'sha256', 'sha512']).default('sha1'),
  digits: z.union([z.literal(6), z.literal(8)]).default(6),
  /** Base32; a new seed is made without it. */
  seed: z.string().max(256).optional(),
}

/** What can be enrolled. Never holds more than the method needs. */
const enrolmentSchema = z.discriminatedUnion('method', [
  z.strictObject({
    method: z.literal('totp'),
    ...otpFields,
    periodSeconds: z.union([z.literal(30), z.literal(60)]).default(30),
  }),
  z.strictObject({
    method: z.literal('hotp'),
    ...otpFields,
    counter: z.int().min(0).default(0),
  }),
  z.strictObject({ method: z.literal('sms'), label, phone }),
  z.strictObject({
    method: z.literal('call'),
    label,
    phone,
    backupPhone: phone.optional(),
    pin: z
      .string()
      .regex(/^\d{4,12}$/, 'a PIN has 4 to 12 digits')
      .optional(),
    extension: z
      .string()
      .regex(/^[\d*#w]{1,16}$/, 'an extension has digits, *, # and w')
      .optional(),
  }),
  z.strictObject({ method: z.literal('email'), label, address: mailAddress }),
  z.strictObject({ method: z.literal('recovery'), label }),
])
export type EnrolmentArgs = z.input<typeof enrolmentSchema>
type EnrolmentRequest = z.output<typeof enrolmentSchema>

const named = z.strictObject({ name: personName })

/** Operations on enrolled things: list, add, remove. */
export function createAuthenticatorOperations(parts: AdminParts) {
  const { store, findPerson } = parts
  const { authenticators, accounts } = store

  const viewAll = (enrolled: readonly Authenticator[]) =>
    enrolled.map((each) => viewAuthenticator(each, parts.usableMethods()))

  const enrol = async (
    caller: Caller,
    reason: string | undefined,
    person: Person,
    authenticator: NewAuthenticator,
    shown: { readonly codes?: readonly string[] } = {},
  ): Promise<Enrolment> => {
    await accounts.noteUser(person.key, person.name)
    const added = await authenticators.add({ ...authenticator, ...seenByAgent(authenticator) })
    // No campaign opens anything for this person any more (PEOPLE R2).
    await store.personRecords.markEnrolled(person.key, parts.clock.nowMs())
    const view = viewAuthenticator(added, parts.usableMethods())
    const { id, method } = view
    await recordChange(parts, caller, 'admin-authenticator-added', person, {
      ...{ id, method, reason },
    })
    tellChange(parts, caller, person, { kind: 'authenticator-added', authenticator: added })
    return { person, authenticator: view, ...uriOf(added, person, parts.issuer), ...shown }
  }

  return {
    'authenticator.list': operation(named, async ({ name }, { signal }) => {
      const person = await findPerson(name, signal)
      const enrolled = await authenticators.list(person.key)
      return { person, authenticators: viewAll(enrolled) }
    }),

    /** A new seed, or the given one, with its link. Nothing is enrolled: `authenticator.add` with this seed does that. */
    'authenticator.prepare': operation(
      z.strictObject({ name: personName, authenticator: enrolmentSchema }),
      async ({ name, authenticator: wanted }, { signal }) => {
        const person = await findPerson(name, signal)
        const prepared =
          wanted.method === 'recovery' ? undefined : newAuthenticator(person.key, wanted)
        if (prepared?.method !== 'totp' && prepared?.method !== 'hotp') {
          throw new AdminError('bad-arguments', `${wanted.method} has no seed.`)
        }
        const uri = otpauthUri({
          ...{ issuer: parts.issuer, account: person.name, authenticator: prepared },
        })
        return { person, seed: formatSeed(prepared.seed), uri }
      },
    ),

    /** `firstCode`: one that the authenticator shows; a wrong one enrols nothing, and the right one is spent. */
    'authenticator.add': operation(
      z.strictObject({
        name: personName,
        authenticator: enrolmentSchema,
        firstCode: code.optional(),
        reason: reason.optional(),
      }),
      async (args, { signal, caller }): Promise<Enrolment> => {
        const person = await findPerson(args.name, signal)
        const wanted = args.authenticator
        const { firstCode } = args
        if (wanted.method !== 'recovery') {
          const made = newAuthenticator(person.key, wanted)
          const proven =
            firstCode === undefined ? made : withFirstCode(made, firstCode, parts.clock.nowMs())
          return await enrol(caller, args.reason, person, proven)
        }
        if (firstCode !== undefined) throw noFirstCode()
        const { key: userKey } = person
        // New codes replace old ones: a list that was lost must not go on working.
        const old = (await authenticators.list(userKey)).filter(
          ({ method }) => method === 'recovery',
        )
        const codes = createRecoveryCodes(recoveryCodeCount)
        const codeHashes = codes.map((code) => hashRecoveryCode(code, userKey, store.hashingKey))
        const enrolment = await enrol(
          caller,
          args.reason,
          person,
          { method: 'recovery', userKey, label: wanted.label, codeHashes },
          { codes },
        )
        for (const { id } of old) await authenticators.remove(userKey, id)
        if (old.length > 0) await endSessionsOf(parts, caller, person, 'authenticator-removed')
        return enrolment
      },
    ),

    /** `id` may be shortened as long as it fits one. */
    'authenticator.remove': operation(
      named.extend({ id: z.string().min(1).max(256), reason: reason.optional() }),
      async ({ name, id, reason: why }, { signal, caller }) => {
        const person = await findPerson(name, signal)
        const enrolled = await authenticators.list(person.key)
        const found = findAuthenticator(enrolled, id, person)
        if (!(await authenticators.remove(person.key, found.id))) {
          throw authenticatorUnknown(id, person)
        }
        await endSessionsOf(parts, caller, person, 'authenticator-removed')
        const removed = viewAuthenticator(found, parts.usableMethods())
        const { method } = removed
        await recordChange(parts, caller, 'admin-authenticator-removed', person, {
          ...{ id: found.id, method, reason: why },
        })
        tellChange(parts, caller, person, { kind: 'authenticator-removed', authenticator: found })
        return { person, removed }
      },
    ),
  }
}

/** An administrator who runs a command has seen the link, the codes or the PIN (PEOPLE R24). */
function seenByAgent(authenticator: NewAuthenticator): Provenance {
  const { method } = authenticator
  const isSecretShown = method === 'call' ? authenticator.pin !== undefined : hasSecret.has(method)
  return { setUpBy: 'administrator', ...(isSecretShown ? { shownToAgent: true } : {}) }
}

const hasSecret: ReadonlySet<Method> = new Set<Method>(['totp', 'hotp', 'recovery'])

function newAuthenticator(
  userKey: string,
  wanted: Exclude<EnrolmentRequest, { method: 'recovery' }>,
): NewAuthenticator {
  switch (wanted.method) {
    case 'totp': {
      const { seed, ...fields } = wanted
      const bytes = seedOf(seed, wanted.algorithm)
      return { ...fields, userKey, seed: bytes, driftSteps: 0, lastStep: -1 }
    }
    case 'hotp': {
      const { seed, ...fields } = wanted
      return { ...fields, userKey, seed: seedOf(seed, wanted.algorithm) }
    }
    case 'call': {
      const { backupPhone, pin, extension, ...fields } = wanted
      return {
        ...fields,
        userKey,
        ...(backupPhone === undefined ? {} : { backupPhone }),
        ...(pin === undefined ? {} : { pin }),
        ...(extension === undefined ? {} : { extension }),
      }
    }
    case 'sms':
    case 'email':
      return { ...wanted, userKey }
  }
}

function seedOf(text: string | undefined, algorithm: 'sha1' | 'sha256' | 'sha512'): Uint8Array {
  if (text === undefined) return createTotpSeed(algorithm)
  const seed = parseSeed(text)
  if (!seed || seed.length < 10 || seed.length > 64) {
    throw new AdminError('bad-arguments', 'The seed is not base32 of 10 to 64 bytes.')
  }
  return seed
}

function uriOf(added: Authenticator, person: Person, issuer: string): { readonly uri?: string } {
  if (added.method !== 'totp' && added.method !== 'hotp') return {}
  return { uri: otpauthUri({ issuer, account: person.name, authenticator: added }) }
}
