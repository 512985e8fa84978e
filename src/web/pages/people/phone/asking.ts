import type {
  ChangeReported,
  PhoneBell,
  PhoneChanges,
  PromptAnswered,
  PromptNow,
} from '../../../people/contract.ts'
import type { Api } from '../logic/api.ts'
import { signAnswer, signBell, signHello, signReceipt, signStatement, signStream } from './keys.ts'
import type { KeptPhone } from './store.ts'

/** Phones have clocks of their own: how far this one is behind the server's. */
let behindMs = 0

/** What waits for this phone; `unknown`: the phone is not known any more. */
export async function askWhatWaits(api: Api, phone: KeptPhone): Promise<PromptNow | 'unknown'> {
  for (let tries = 0; tries < 2; tries++) {
    const answer = await api.phonePrompt(await helloOf(phone))
    if (answer.step === 'shown') return answer
    if (answer.step === 'unknown') return 'unknown'
    behindMs = answer.nowMs - Date.now()
  }
  return { nowMs: Date.now() }
}

/** Says where this phone gets its notifications; null: nowhere. Undefined where the phone is not known any more. */
export async function tellBell(
  api: Api,
  phone: KeptPhone,
  subscription: PushSubscription | null,
): Promise<Extract<PhoneBell, { readonly step: 'known' }> | undefined> {
  const place = subscription === null ? undefined : placeOf(subscription)
  for (let tries = 0; tries < 2; tries++) {
    const atMs = Date.now() + behindMs
    const signature = await signBell(phone, atMs, place)
    const said = { phone: phone.id, atMs, signature, ...(place && { subscription: place }) }
    const answer = await api.phoneBell(said)
    if (answer.step === 'known') return answer
    if (answer.step === 'unknown') return undefined
    behindMs = answer.nowMs - Date.now()
  }
  return undefined
}

function placeOf(subscription: PushSubscription) {
  const { endpoint, keys } = subscription.toJSON()
  return { endpoint: endpoint ?? '', p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' }
}

/** Signs an answer to what waits, and sends it. `number`: as it was typed; '' for a report. */
export async function answerByPhone(
  api: Api,
  phone: KeptPhone,
  prompt: string,
  answer: 'approve' | 'report',
  number: string,
): Promise<PromptAnswered['answered']> {
  const { challenge } = await api.phoneBegin({ ...(await helloOf(phone)), prompt, answer })
  if (challenge === undefined) return 'ended'
  const signature = await signAnswer(phone, challenge, number)
  const said = { phone: phone.id, prompt, challenge, number, signature }
  return (await api.phoneAnswer(said)).answered
}

/** Tells the server that the person can see the prompt now. */
export async function sayOpened(api: Api, phone: KeptPhone, prompt: string): Promise<void> {
  const signature = await signReceipt(phone, 'opened', prompt)
  await api.phoneReceipt({ phone: phone.id, prompt, receipt: 'opened', signature })
}

/** What opens a stream of what waits, once. */
export async function streamHelloOf(phone: KeptPhone) {
  const atMs = Date.now() + behindMs
  return { phone: phone.id, atMs, signature: await signStream(phone, atMs) }
}

/** Allows prompts to this person again. False where there is nothing to end any more. */
export async function askAgainByPhone(api: Api, phone: KeptPhone, pause: string): Promise<boolean> {
  const atMs = Date.now() + behindMs
  const signature = await signStatement(phone, 'ask me again', pause, atMs)
  return (await api.phoneAskAgain({ phone: phone.id, atMs, signature, pause })).asks
}

/** What a phone shows beside what waits. */
export type ToldPhone = Pick<
  Extract<PhoneChanges, { readonly step: 'shown' }>,
  'changes' | 'paused'
>

/** What was changed about how its person signs in, and from where they are not asked now. */
export async function askChanges(api: Api, phone: KeptPhone): Promise<ToldPhone> {
  for (let tries = 0; tries < 2; tries++) {
    const answer = await api.phoneChanges(await helloOf(phone))
    if (answer.step === 'shown') return answer
    behindMs = answer.nowMs - Date.now()
  }
  return { changes: [], paused: [] }
}

/** "This was not me", about a change. */
export async function reportChange(
  api: Api,
  phone: KeptPhone,
  change: string,
): Promise<ChangeReported['stopped']> {
  const atMs = Date.now() + behindMs
  const signature = await signStatement(phone, 'this change was not me', change, atMs)
  return (await api.phoneNotMe({ phone: phone.id, atMs, signature, change })).stopped
}

async function helloOf(phone: KeptPhone) {
  const atMs = Date.now() + behindMs
  return { phone: phone.id, atMs, signature: await signHello(phone, atMs) }
}
