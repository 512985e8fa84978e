import type { PasskeyAuthenticator } from '../../accounts/index.ts'
import type { ToSign } from '../../signin/index.ts'
import { challengeIn } from '../passkeys/challenge-in.ts'
import type { SignatureJudge } from '../passkeys/ports.ts'
import {
  answerPromptRequest,
  beginPromptRequest,
  type PromptAnswered,
  type PromptBegun,
  type PromptNow,
} from '../people/contract.ts'
import type { PortalRoutes } from '../people/parts.ts'
import { sessionOf } from '../sessions/session-hook.ts'
import type { ApproveParts } from './ports.ts'
import { showWaiting, wordOf } from './show.ts'

/**
 * The page on which a sign-in is approved. A session shows what waits; only a signature over its facts answers it
 * (PEOPLE R1), so that an answer needs no session of its own.
 */
export function approveRoutes(parts: ApproveParts): PortalRoutes {
  const { authenticators, clock, passkeys, placeOf, prompts } = parts
  return (server) => {
    server.get(
      '/api/prompt',
      async (request): Promise<PromptNow> => ({
        ...showWaiting(await prompts().look(sessionOf(request).userKey), placeOf),
        nowMs: clock.nowMs(),
      }),
    )

    server.post(
      '/api/prompt/begin',
      { schema: { body: beginPromptRequest } },
      async (request): Promise<PromptBegun> => {
        const { tokenHash, userKey } = sessionOf(request)
        const { answer, prompt } = request.body
        const by = Buffer.from(tokenHash).toString('base64url')
        const toSign = await prompts().begin(userKey, prompt, answer, by)
        const judge = passkeys()
        if (toSign === undefined || judge === undefined) return {}
        const allowed = await allowedOf(userKey, toSign)
        return { options: await judge.ask(toSign.challenge, allowed) }
      },
    )

    server.post(
      '/api/prompt/answer',
      { config: { access: 'open' }, schema: { body: answerPromptRequest } },
      async (request): Promise<PromptAnswered> => {
        const { passkey: response, prompt } = request.body
        const challenge = challengeIn(response)
        const judge = passkeys()
        if (challenge === undefined || judge === undefined) return { answered: 'not-signed' }
        const answered = await prompts().answer(prompt, challenge, (expected, userKey) =>
          signerOf(judge, response, expected, userKey),
        )
        return { answered: wordOf(answered) }
      },
    )
  }

  async function allowedOf(
    userKey: string,
    toSign: ToSign,
  ): Promise<readonly PasskeyAuthenticator[]> {
    const own = await authenticators.list(userKey)
    return own.filter(
      (each) => each.method === 'passkey' && toSign.authenticators.includes(each.id),
    ) as readonly PasskeyAuthenticator[]
  }
}

/** One of the person's own passkeys, of those that may sign this prompt. */
async function signerOf(
  judge: SignatureJudge,
  response: unknown,
  { authenticators, challenge }: ToSign,
  userKey: string,
) {
  const passkey = await judge.judge(response, challenge)
  if (passkey === undefined || passkey.userKey !== userKey) return undefined
  if (!authenticators.includes(passkey.id)) return undefined
  return { authenticatorId: passkey.id, name: passkey.label }
}
