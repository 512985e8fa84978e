import type {
  Paired,
  Pairing,
  PhoneBegun,
  PhonePrompt,
  PromptAnswered,
  ShownPrompt,
  SignInStep,
} from '../../src/web/people/contract.ts'
import { codeOf, seedOf } from '../lab/service-config.ts'
import { type EventReader, openEvents } from '../support/events.ts'
import { createSoftwarePhone } from '../support/software-phone.ts'
import type { PortalBrowser } from './portal-browser.ts'
import { confirmAsBob, type PortalService } from './portal-service.ts'

/** A phone that approves sign-ins, as its page talks to the service. No one is signed in there. */
export type PortalPhone = {
  readonly id: string
  look(): Promise<PhonePrompt>
  /** Asks until something waits. */
  waiting(): Promise<ShownPrompt>
  /** Opens a stream; `body`: what was sent for another one. */
  stream(body?: object): Promise<EventReader>
  /** What opens a stream, once. */
  opening(): object
  /** Says that it has shown or opened a prompt; gives the status of the answer. */
  receipt(receipt: 'shown' | 'opened', prompt: string, by?: string): Promise<number>
  answer(
    prompt: string,
    number: string,
    answer?: 'approve' | 'report',
  ): Promise<PromptAnswered['answered']>
}

/** Sets up a phone for bob, who is signed in at this browser. */
export async function pairBobsPhone(
  portal: PortalService,
  bob: PortalBrowser,
): Promise<PortalPhone> {
  const confirmed = await confirmAsBob(portal, bob, { change: 'add', setup: 'push' })
  return pairPhone(portal, 'bob', bob, confirmed)
}

/** Sets up a phone for alice, who is signed in at this browser, with a code that her app shows. */
export async function pairAlicesPhone(
  portal: PortalService,
  alice: PortalBrowser,
): Promise<PortalPhone> {
  await alice.confirm({ change: 'add', setup: 'push' })
  return pairPhone(portal, 'alice', alice, await alice.confirmAnswer(codeOf(seedOf('alice'))))
}

async function pairPhone(
  portal: PortalService,
  name: string,
  browser: PortalBrowser,
  confirmed: SignInStep,
): Promise<PortalPhone> {
  if (confirmed.step !== 'done' || confirmed.result.kind !== 'pending') {
    throw new Error(JSON.stringify(confirmed))
  }
  const { pending } = confirmed.result
  if (pending.setup !== 'push') throw new Error(pending.setup)
  const key = createSoftwarePhone()
  const page = portal.open()
  const post = async <Body>(path: string, body: object) =>
    (await page.send<Body>('POST', `/api/phone/${path}`, body)).body
  const claimed = await post<Pairing>('pair', {
    ...{ name, code: pending.code, key: textOf(key.publicKey) },
  })
  if (claimed.step !== 'confirm') throw new Error('not paired')
  await browser.prove(claimed.check)
  const paired = await post<Paired>('paired', { token: claimed.token })
  if (paired.step !== 'paired') throw new Error(paired.step)
  const id = paired.phone
  const asText = <Said extends { readonly signature: Uint8Array }>(said: Said) => ({
    ...said,
    signature: textOf(said.signature),
  })
  const hello = () => asText(key.hello(id, Date.now()))
  const look = () => post<PhonePrompt>('prompt', hello())

  return {
    id,
    look,
    async waiting() {
      for (let tries = 0; tries < 200; tries += 1) {
        const now = await look()
        if (now.step === 'shown' && now.prompt !== undefined) return now.prompt
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error('nothing waits')
    },
    opening: () => asText(key.stream(id, Date.now())),
    stream(body) {
      const { port } = portal
      const headers = { host: `localhost:${port}`, origin: browser.origin }
      const said = body ?? asText(key.stream(id, Date.now()))
      return openEvents({ port, path: '/api/phone/stream', headers, body: said })
    },
    async receipt(receipt, prompt, by = id) {
      const signature = textOf(key.receipt(id, receipt, prompt))
      const said = { phone: by, prompt, receipt, signature }
      return (await page.send('POST', '/api/phone/receipt', said)).status
    },
    async answer(prompt, number, answer = 'approve') {
      const { challenge } = await post<PhoneBegun>('begin', { ...hello(), prompt, answer })
      if (challenge === undefined) return 'ended'
      const signature = textOf(key.answer(challenge, number))
      const said = { phone: id, prompt, challenge, number, signature }
      return (await post<PromptAnswered>('answer', said)).answered
    },
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
