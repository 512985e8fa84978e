import { generateKeyPairSync, sign } from 'node:crypto'

/** The key of a person's phone, as its browser has it. */
export type SoftwarePhone = {
  /** As SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** As `crypto.subtle.sign`: 64 bytes, r and s. */
  sign(data: Uint8Array): Uint8Array
  /** Says who it is. */
  hello(id: string, atMs: number): { phone: string; atMs: number; signature: Uint8Array }
  /** Opens a stream of what waits. */
  stream(id: string, atMs: number): { phone: string; atMs: number; signature: Uint8Array }
  /** Says that it has shown or opened a prompt. */
  receipt(id: string, receipt: 'shown' | 'opened', prompt: string): Uint8Array
  /** Says something that waits for no challenge. */
  state(
    id: string,
    atMs: number,
    statement: { readonly what: string; readonly about: string },
  ): { phone: string; atMs: number; signature: Uint8Array }
  /** Answers a challenge (base64url), after this number was typed. */
  answer(challenge: string, number: string): Uint8Array
}

export function createSoftwarePhone(namedCurve = 'P-256'): SoftwarePhone {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
  const phone: SoftwarePhone = {
    publicKey: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    sign: (data) =>
      new Uint8Array(sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
    hello(id, atMs) {
      const text = JSON.stringify(['holdfast: what waits for this phone', id, atMs])
      return { phone: id, atMs, signature: phone.sign(Buffer.from(text)) }
    },
    stream(id, atMs) {
      const text = JSON.stringify(['holdfast: a stream for this phone', id, atMs])
      return { phone: id, atMs, signature: phone.sign(Buffer.from(text)) }
    },
    receipt: (id, receipt, prompt) =>
      phone.sign(Buffer.from(JSON.stringify([`holdfast: ${receipt}`, id, prompt]))),
    state(id, atMs, { about, what }) {
      const text = JSON.stringify([`holdfast: ${what}`, id, atMs, about])
      return { phone: id, atMs, signature: phone.sign(Buffer.from(text)) }
    },
    answer: (challenge, number) =>
      phone.sign(Buffer.concat([Buffer.from(challenge, 'base64url'), Buffer.from(number)])),
  }
  return phone
}
