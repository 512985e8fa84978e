import type { User } from '../../accounts/index.ts'
import { checkMsChap, ntHash } from '../../mschap/index.ts'
import { Secret } from '../../support/index.ts'
import type { MsChapCredential } from '../attempt.ts'
import { type Context, note } from '../context.ts'
import type { SentCode } from '../sharing/registry.ts'
import { type Choices, wordsFor } from '../usable/choices.ts'
import { sentCodeOf } from './sent-code.ts'

/**
 * What the person typed at a gateway's question, `''` for Enter. Undefined where the gateway sends only
 * a hash of it, and nothing that would make sense here fits.
 */
export function readTyped(
  context: Context,
  user: User,
  choices: Choices,
  sent?: SentCode,
): string | undefined {
  const { credential } = context.attempt
  switch (credential.kind) {
    case 'pap':
      return credential.password.reveal().trim()
    case 'ms-chap':
      return (
        credential.answer?.reveal().trim() ??
        readHashed(context, credential, sensibleAnswers(context, user, choices, sent))
      )
    case 'chap':
    case 'certificate':
    case 'resumed':
    case 'eap':
    case 'unsupported':
    case 'none':
      return ''
  }
}

/**
 * Some gateways answer a challenge as they began, by MS-CHAP, with what was typed in place of the
 * password. So everything that could have been typed is tried; what proves the server, and the keys,
 * are then of that.
 */
function readHashed(
  context: Context,
  credential: MsChapCredential,
  answers: readonly string[],
): string | undefined {
  for (const answer of answers) {
    const success = checkMsChap(credential, ntHash(new Secret(answer)))
    if (success === undefined) continue
    context.msChap = success
    return answer
  }
  note(context, 'answer-not-read')
  return undefined
}

/** Enter, the codes that would be right now, and the choices of the menu. Recovery codes are kept as hashes themselves. */
function sensibleAnswers(
  { parts }: Context,
  user: User,
  { options, typed }: Choices,
  sent: SentCode | undefined,
): readonly string[] {
  const { clock, codes } = parts
  return [
    '',
    ...(sent === undefined ? [] : [sentCodeOf(parts, user.key, sent.nonce)]),
    ...codes.codes(typed, clock.nowMs()),
    ...options.map(({ number }) => String(number)),
    ...wordsFor(options),
  ]
}
