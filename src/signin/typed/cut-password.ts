import type { User } from '../../accounts/index.ts'
import type { Context, Cut, ReadPassword } from '../context.ts'
import { enrolledOf } from '../usable/choices.ts'

/** User-Password carries 128 bytes (RFC 2865 5.2); of those a gateway may spend one on the end of a C string. */
export const mostBytes = 127

/**
 * Looks whether the gateway has cut a password off, which is not a reason by itself to refuse it: one that fits has
 * arrived whole. As long as RADIUS carries, and nothing after it that ends it; or as long as a buffer of 16, 32 or 64
 * bytes, and in the middle of a code or of a character.
 */
export async function findCut(
  context: Context,
  user: User,
  read: ReadPassword | undefined,
): Promise<Cut | undefined> {
  const { credential } = context.attempt
  if (credential.kind !== 'pap' || context.resumed !== undefined) return undefined
  const { fullAt: at, password, wellFormed } = credential
  if (at === undefined) return undefined
  const text = password.reveal()
  if (!wellFormed) return endsInCharacter(text) ? { at, inCode: false } : undefined
  // Digits of the person's own are shorter than a code, and are whole.
  if (read?.appended.kind === 'digits' && at < mostBytes) return undefined
  if (await endsInCode(context, user, text)) return { at, inCode: true }
  const isWhole = read?.appended.kind === 'code' || read?.appended.kind === 'word'
  return at >= mostBytes && !isWhole ? { at, inCode: false } : undefined
}

/** So much of a code is missing that the directory need not be asked about the rest. */
export function isSurelyCut({ cut }: Context): boolean {
  return cut?.inCode === true && cut.at >= mostBytes
}

function endsInCharacter(text: string): boolean {
  const broken = text.indexOf('\ufffd')
  return broken !== -1 && broken === text.length - 1 && !/\p{Cc}/u.test(text)
}

/** Fewer digits after the delimiter than any code of the person has. */
async function endsInCode(context: Context, user: User, text: string): Promise<boolean> {
  const { append, flow } = context.attempt.gateway
  if (append === false || append.delimiter === '' || !(flow === 'auto' || flow === 'append')) {
    return false
  }
  const at = text.lastIndexOf(append.delimiter)
  const appended = text.slice(at + append.delimiter.length)
  if (at === -1 || !/^[0-9]*$/.test(appended)) return false
  const enrolled = await enrolledOf(context, user)
  const lengths = enrolled.flatMap((each) => ('digits' in each ? [each.digits] : []))
  return lengths.length > 0 && appended.length < Math.min(...lengths)
}
