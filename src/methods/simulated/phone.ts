import { generateKeyPairSync, sign } from 'node:crypto'
import { answerBytes } from '../phones/key.ts'

/** The key of a phone that is played. */
export type SimulatedPhone = {
  /** As SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** Signs an answer after this number was typed: 64 bytes, r and s. */
  sign(challenge: Uint8Array, number: string): Uint8Array
}

export function createSimulatedPhone(): SimulatedPhone {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  return {
    publicKey: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    sign: (challenge, number) =>
      new Uint8Array(sign('sha256', answerBytes(challenge, number), key)),
  }
}
