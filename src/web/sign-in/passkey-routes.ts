import type { FastifyRequest } from 'fastify'
import { challengeIn } from '../passkeys/challenge-in.ts'
import { type PasskeyBegun, type SignInStep, signedRequest } from '../people/contract.ts'
import { languageOf } from '../people/language.ts'
import type { PortalServer } from '../people/parts.ts'
import { createToken } from '../sessions/tokens.ts'
import { type Answer, browserOf, createAsk } from './ask.ts'
import { refusalOf } from './describe.ts'
import { createEntering } from './entering.ts'
import type { SignInParts } from './ports.ts'
import { askSignature, notSigned, signerOf } from './signed-answer.ts'
import { stepEnded } from './step-in-hand.ts'

/** Signing in with a passkey and nothing else: its device has seen face, finger or PIN, so that it is both factors. */
export function addPasskeyRoutes(server: PortalServer, parts: SignInParts): void {
  const { clock, cookies, current, offers, passkeys } = parts
  const ask = createAsk(clock, current)
  const entering = createEntering(parts)
  const open = { config: { access: 'open' } } as const

  server.post('/api/passkey/begin', open, async (_request, reply): Promise<PasskeyBegun> => {
    const judge = passkeys()
    if (judge === undefined) return {}
    const token = createToken()
    const { options } = await askSignature(judge, undefined, offers.make(token.hash))
    cookies.set(reply, 'passkey', token)
    return { options }
  })

  server.post(
    '/api/sign-in/passkey',
    { ...open, schema: { body: signedRequest } },
    async (request, reply): Promise<SignInStep> => {
      const language = languageOf(request)
      const token = cookies.read(request, 'passkey')
      const challenge = challengeIn(request.body.passkey)
      if (challenge === undefined) return notSigned(current().texts, language)
      if (token === undefined || !offers.stands(token, challenge)) {
        return stepEnded(current().texts, language)
      }
      const passkey = await signerOf(passkeys(), request.body.passkey, challenge)
      if (passkey === undefined) return notSigned(current().texts, language)
      if (!(await offers.use(challenge))) return stepEnded(current().texts, language)
      const { id, outcome } = await askAs(request, passkey)
      if (outcome.kind === 'reject') return refusalOf({ id, outcome })
      if (outcome.kind === 'challenge' || outcome.proven === undefined) {
        throw new Error('a passkey that leads to a question')
      }
      return entering.enterWhole(request, reply, outcome.proven)
    },
  )

  /** As any sign-in at the portal, with its rules and its place in the audit; the passkey says who it is. */
  function askAs(
    request: FastifyRequest,
    { id, userKey }: { readonly id: string; readonly userKey: string },
  ): Promise<Answer> {
    const { signIn } = current().gateways
    const { firstFactor } = current().gateways.confirm
    return ask({
      ...{ gateway: { ...signIn, firstFactor }, userName: '', userKey, signedBy: id },
      ...{ credential: { kind: 'none' }, ...browserOf(request) },
    })
  }
}
