import type { KeptPhone } from './store.ts'

const p256 = { name: 'ECDSA', namedCurve: 'P-256' } as const
const signing = { name: 'ECDSA', hash: 'SHA-256' } as const
const codeMs = 30_000

export type NewKey = {
  readonly key: CryptoKey
  /** Base64url of SubjectPublicKeyInfo. */
  readonly spki: string
}

/** Whether this browser can keep a key at all, at an address of ours. */
export function canBePhone(): boolean {
  return window.isSecureContext && crypto.subtle !== undefined && 'indexedDB' in window
}

/** Makes a key that cannot be taken out of this browser. */
export async function createKey(): Promise<NewKey> {
  const pair = await crypto.subtle.generateKey(p256, false, ['sign', 'verify'])
  const spki = await crypto.subtle.exportKey('spki', pair.publicKey)
  return { key: pair.privateKey, spki: toText(new Uint8Array(spki)) }
}

/** What a phone becomes once it is confirmed. `seed`: base64url. */
export async function becomePhone(id: string, key: CryptoKey, seed: string): Promise<KeptPhone> {
  const hmac = { name: 'HMAC', hash: 'SHA-1' } as const
  const code = await crypto.subtle.importKey('raw', toBytes(seed), hmac, false, ['sign'])
  return { id, key, code }
}

/** Says who this phone is, at a moment of the server's clock. Base64url. */
export function signHello({ id, key }: KeptPhone, atMs: number): Promise<string> {
  return sign(
    key,
    new TextEncoder().encode(JSON.stringify(['holdfast: what waits for this phone', id, atMs])),
  )
}

/** Says where this phone gets its notifications; absent: nowhere. Keys in base64url. */
export function signBell(
  { id, key }: KeptPhone,
  atMs: number,
  place?: { readonly endpoint: string; readonly p256dh: string; readonly auth: string },
): Promise<string> {
  const { endpoint = '', p256dh = '', auth = '' } = place ?? {}
  const facts = ['holdfast: notifications of this phone', id, atMs, endpoint, p256dh, auth]
  return sign(key, new TextEncoder().encode(JSON.stringify(facts)))
}

/** Says that this phone has shown or opened a prompt. */
export function signReceipt(
  { id, key }: KeptPhone,
  receipt: 'shown' | 'opened',
  prompt: string,
): Promise<string> {
  return sign(key, new TextEncoder().encode(JSON.stringify([`holdfast: ${receipt}`, id, prompt])))
}

/** Opens a stream of what waits: over another text, as a stream lasts longer than one look. */
export function signStream({ id, key }: KeptPhone, atMs: number): Promise<string> {
  return sign(
    key,
    new TextEncoder().encode(JSON.stringify(['holdfast: a stream for this phone', id, atMs])),
  )
}

/** Signs a statement for which there is no challenge. `what` and `about` as the server names them. */
export function signStatement(
  { id, key }: KeptPhone,
  what: 'ask me again' | 'this change was not me',
  about: string,
  atMs: number,
): Promise<string> {
  return sign(key, new TextEncoder().encode(JSON.stringify([`holdfast: ${what}`, id, atMs, about])))
}

/** Signs an answer: the challenge (base64url) and the number that was typed. */
export function signAnswer({ key }: KeptPhone, challenge: string, number: string): Promise<string> {
  return sign(key, new Uint8Array([...toBytes(challenge), ...new TextEncoder().encode(number)]))
}

/** The six digits of this moment (RFC 6238), and until when they are valid. */
export async function codeNow(
  { code }: Pick<KeptPhone, 'code'>,
  nowMs: number,
): Promise<{ readonly digits: string; readonly untilMs: number }> {
  const step = Math.floor(nowMs / codeMs)
  const counter = new DataView(new ArrayBuffer(8))
  counter.setBigUint64(0, BigInt(step))
  const mac = new DataView(await crypto.subtle.sign('HMAC', code, counter))
  const number = mac.getUint32(mac.getUint8(mac.byteLength - 1) & 15) & 0x7fffffff
  return { digits: String(number % 1_000_000).padStart(6, '0'), untilMs: (step + 1) * codeMs }
}

async function sign(key: CryptoKey, data: Uint8Array<ArrayBuffer>): Promise<string> {
  return toText(new Uint8Array(await crypto.subtle.sign(signing, key, data)))
}

function toText(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (character) => character.charCodeAt(0))
}
