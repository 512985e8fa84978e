import type { Authenticator } from '../../src/accounts/index.ts'
import {
  call,
  createWorld,
  hotp,
  password,
  recovery,
  recoveryCode,
  totp,
  type World,
  type WorldOptions,
  wrongCodeFor,
} from './harness.ts'

/** How a case reads where codes are read: `whole` has nothing after the password. */
export type Reading =
  | 'whole'
  | 'right'
  | 'right-recovery'
  | 'wrong'
  | 'used'
  | 'not-allowed'
  | 'word'
  | 'misfit'
  | 'empty-password'

export type TypedCase = {
  readonly name: string
  typed(scene: Scene): string
  /** After a delimiter, in `auto` and `append`. */
  readonly reads: Reading
  /** Where `append` reads it in another way, since the digits need no delimiter there. */
  readonly readsInAppend?: Reading
  /** What is before the code, where that is not the right password. */
  readonly first?: string
  /** The same with a delimiter-less code, in `append`. */
  readonly firstInAppend?: string
}

/** A person with codes of 6 digits, recovery codes and a phone, and a token of 8 digits that is not allowed. */
export type Scene = {
  readonly world: World
  readonly app: Authenticator
  readonly token: Authenticator
  /** A code that was spent before. */
  readonly used: string
}

export const allowed = ['call', 'totp', 'recovery'] as const
const strangeRecovery = 'ZZZZ-ZZZZ-ZZZZ'

export async function createScene(options: WorldOptions = {}): Promise<Scene> {
  const world = createWorld(options)
  await world.enrol('alice', call)
  const app = await world.enrol('alice', totp)
  const token = await world.enrol('alice', { ...hotp, digits: 8 })
  await world.enrol('alice', recovery('alice'))
  const used = world.code(app, -1)
  const [match] = [world.parts.codes.check(used, [app], world.clock.nowMs())]
  if (match.kind === 'wrong') throw new Error('the code of a moment ago fits')
  await match.match.spend({ requestAuthenticator: new Uint8Array(16) })
  // Later than the minute in which the packet that spent it is known.
  return { world, app, token, used }
}

const wrong8 = '00000000'

export const typedCases: readonly TypedCase[] = [
  { name: 'the password', typed: () => password, reads: 'whole' },
  { name: 'a wrong password', typed: () => 'guess', reads: 'whole', first: 'guess' },
  { name: 'right code', typed: (s) => `${password},${right(s)}`, reads: 'right' },
  {
    name: 'right code with blanks',
    typed: (s) => `${password}, ${spaced(right(s))} `,
    reads: 'right',
  },
  {
    name: 'wrong password, right code',
    typed: (s) => `guess,${right(s)}`,
    reads: 'right',
    first: 'guess',
  },
  { name: 'wrong code', typed: (s) => `${password},${wrong(s)}`, reads: 'wrong' },
  {
    name: 'wrong password, wrong code',
    typed: (s) => `guess,${wrong(s)}`,
    reads: 'wrong',
    first: 'guess',
  },
  { name: 'used code', typed: (s) => `${password},${s.used}`, reads: 'used' },
  {
    name: 'wrong password, used code',
    typed: (s) => `guess,${s.used}`,
    reads: 'used',
    first: 'guess',
  },
  {
    name: 'code of a method that is not allowed',
    typed: (s) => `${password},${s.world.code(s.token)}`,
    reads: 'not-allowed',
  },
  { name: 'recovery code', typed: () => `${password},${recoveryCode}`, reads: 'right-recovery' },
  {
    name: 'recovery code without dashes',
    typed: () => `${password},${recoveryCode.replaceAll('-', '').toLowerCase()}`,
    reads: 'right-recovery',
  },
  { name: 'wrong recovery code', typed: () => `${password},${strangeRecovery}`, reads: 'wrong' },
  {
    name: 'wrong recovery code without dashes',
    typed: () => `${password},${strangeRecovery.replaceAll('-', '')}`,
    reads: 'whole',
    first: `${password},${strangeRecovery.replaceAll('-', '')}`,
  },
  { name: 'word', typed: () => `${password},call`, reads: 'word' },
  { name: 'a digit too few', typed: () => `${password},12345`, reads: 'wrong' },
  { name: 'a digit too many', typed: () => `${password},1234567`, reads: 'wrong' },
  { name: 'nine digits', typed: () => `${password},123456789`, reads: 'wrong' },
  {
    name: 'four digits',
    typed: () => `${password},1234`,
    reads: 'whole',
    first: `${password},1234`,
  },
  {
    name: 'ten digits',
    typed: () => `${password},1234567890`,
    reads: 'whole',
    first: `${password},1234567890`,
    readsInAppend: 'misfit',
  },
  {
    name: 'right code without delimiter',
    typed: (s) => `${password}${right(s)}`,
    reads: 'whole',
    first: 'bare',
    readsInAppend: 'right',
  },
  {
    name: 'eight digits without delimiter, of a method that is not allowed',
    typed: (s) => `${password}${s.world.code(s.token)}`,
    reads: 'whole',
    first: 'bare',
    readsInAppend: 'not-allowed',
  },
  {
    name: 'wrong code without delimiter',
    typed: (s) => `${password}${wrong(s)}`,
    reads: 'whole',
    first: 'bare',
    readsInAppend: 'misfit',
  },
  {
    name: 'eight wrong digits without delimiter',
    typed: () => `${password}${wrong8}`,
    reads: 'whole',
    first: 'bare',
    readsInAppend: 'misfit',
  },
  { name: 'nothing before the code', typed: (s) => `,${right(s)}`, reads: 'empty-password' },
  {
    name: 'nothing behind the delimiter',
    typed: () => `${password},`,
    reads: 'whole',
    first: `${password},`,
  },
  {
    name: 'two delimiters',
    typed: (s) => `${password},x,${right(s)}`,
    reads: 'right',
    first: `${password},x`,
  },
]

function right({ world, app }: Scene): string {
  return world.code(app)
}

function wrong({ world, app }: Scene): string {
  return wrongCodeFor(world, app)
}

function spaced(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`
}
