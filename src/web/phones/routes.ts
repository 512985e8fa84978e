import { addressOf } from '../address-of.ts'
import { showWaiting, wordOf } from '../approve/show.ts'
import {
  type ChangeReported,
  type Paired,
  type Pairing,
  type PhoneAskedAgain,
  type PhoneBegun,
  type PhoneChanges,
  type PhonePrompt,
  type PromptAnswered,
  pairedRequest,
  pairRequest,
  phoneAnswerRequest,
  phoneAskAgainRequest,
  phoneBeginRequest,
  phoneChangesRequest,
  phoneNotMeRequest,
  phonePromptRequest,
  phoneReceiptRequest,
} from '../people/contract.ts'
import type { PortalRoutes, PortalServer } from '../people/parts.ts'
import { browserName } from '../people/routes/browser-name.ts'
import { addBell } from './bell-routes.ts'
import type { PhoneParts } from './ports.ts'

/** No session: a phone is known by the key that it has (PEOPLE R1), a new one by the code of a pairing (R4). */
const open = { access: 'open' } as const

export function phoneRoutes(parts: PhoneParts): PortalRoutes {
  return (server) => {
    addPairing(server, parts)
    addPrompts(server, parts)
    addBell(server, parts)
    addPauses(server, parts)
    addChanges(server, parts)
  }
}

function addPairing(server: PortalServer, { isPhoneKey, pairings }: PhoneParts): void {
  server.post(
    '/api/phone/pair',
    { config: open, schema: { body: pairRequest } },
    async (request): Promise<Pairing> => {
      const { code, key, name } = request.body
      const publicKey = bytesOf(key)
      if (!isPhoneKey(publicKey)) return { step: 'wrong' }
      // What a browser says of itself is free text: a few known names are not.
      const phone = browserName(request.headers['user-agent'] ?? '').slice(0, 64)
      const address = addressOf(request)
      const claimed = await pairings.claim(name, code, { name: phone, address, publicKey })
      return claimed === undefined ? { step: 'wrong' } : { step: 'confirm', ...claimed }
    },
  )

  server.post(
    '/api/phone/paired',
    { config: open, schema: { body: pairedRequest } },
    async (request): Promise<Paired> => {
      const state = await pairings.ask(request.body.token)
      if (state.kind !== 'paired') return { step: state.kind }
      const { id, seed } = state.phone
      return { step: 'paired', phone: id, seed: Buffer.from(seed).toString('base64url') }
    },
  )
}

function addPrompts(server: PortalServer, parts: PhoneParts): void {
  const { clock, phones, placeOf, prompts, receipts } = parts
  server.post(
    '/api/phone/prompt',
    { config: open, schema: { body: phonePromptRequest } },
    async (request): Promise<PhonePrompt> => {
      const phone = await phones.hello(helloOf(request.body))
      if (phone === 'clock') return { step: 'clock', nowMs: clock.nowMs() }
      if (phone === undefined) return { step: 'unknown' }
      const nowMs = clock.nowMs()
      if (!(await phones.stillCounts(phone))) return { step: 'shown', nowMs }
      const prompt = await prompts().look(phone.userKey)
      return { step: 'shown', ...showWaiting(prompt, placeOf, phone.id), nowMs }
    },
  )

  server.post(
    '/api/phone/begin',
    { config: open, schema: { body: phoneBeginRequest } },
    async (request): Promise<PhoneBegun> => {
      const { answer, prompt } = request.body
      const phone = await phones.hello(helloOf(request.body))
      if (phone === undefined || phone === 'clock') return {}
      const toSign = await prompts().begin(phone.userKey, prompt, answer, phone.id)
      if (toSign?.authenticators.includes(phone.id) !== true) return {}
      return { challenge: Buffer.from(toSign.challenge).toString('base64url') }
    },
  )

  server.post(
    '/api/phone/answer',
    { config: open, schema: { body: phoneAnswerRequest } },
    async (request): Promise<PromptAnswered> => {
      const { challenge, number, phone: id, prompt, signature } = request.body
      const said = { phone: id, number, signature: bytesOf(signature) }
      let signedBy: string | undefined
      const answered = await prompts().answer(prompt, challenge, async (expected, userKey) => {
        const signer = await phones.judge(said, expected, userKey)
        if (signer !== undefined) signedBy = userKey
        return signer
      })
      if (signedBy !== undefined) {
        await receipts.answered({ promptId: prompt, phoneId: id, userKey: signedBy })
      }
      return { answered: wordOf(answered) }
    },
  )

  // Says nothing of what became of it: a caller without such a phone learns nothing.
  server.post(
    '/api/phone/receipt',
    { config: open, schema: { body: phoneReceiptRequest } },
    async (request, reply): Promise<void> => {
      const { signature, ...said } = request.body
      await receipts.take({ ...said, signature: bytesOf(signature) })
      await reply.code(204).send()
    },
  )
}

function addPauses(server: PortalServer, { pauses, phones }: PhoneParts): void {
  server.post(
    '/api/phone/ask-again',
    { config: open, schema: { body: phoneAskAgainRequest } },
    async (request): Promise<PhoneAskedAgain> => {
      const { pause } = request.body
      const statement = { what: 'ask me again', about: pause } as const
      const phone = await phones.states(helloOf(request.body), statement)
      return { asks: phone !== undefined && (await pauses.end(phone, pause)) }
    },
  )
}

function addChanges(server: PortalServer, parts: PhoneParts): void {
  const { changes, clock, pauses, phones } = parts
  server.post(
    '/api/phone/changes',
    { config: open, schema: { body: phoneChangesRequest } },
    async (request): Promise<PhoneChanges> => {
      const phone = await phones.hello(helloOf(request.body))
      if (phone === 'clock') return { step: 'clock', nowMs: clock.nowMs() }
      if (phone === undefined) return { step: 'shown', changes: [], paused: [] }
      const [shown, paused] = await Promise.all([changes.list(phone), pauses.list(phone.userKey)])
      return { step: 'shown', changes: shown, paused }
    },
  )

  server.post(
    '/api/phone/not-me',
    { config: open, schema: { body: phoneNotMeRequest } },
    async (request): Promise<ChangeReported> => {
      const { change } = request.body
      const statement = { what: 'this change was not me', about: change } as const
      const phone = await phones.states(helloOf(request.body), statement)
      return { stopped: phone === undefined ? 'over' : await changes.report(phone, change) }
    },
  )
}

/** What a phone says, with its signature as bytes. */
export function helloOf({
  atMs,
  phone,
  signature,
}: {
  readonly atMs: number
  readonly phone: string
  readonly signature: string
}) {
  return { phone, atMs, signature: bytesOf(signature) }
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64url'))
}
