import * as z from 'zod'
import type { SentSignature } from '../people/contract.ts'

const clientData = z.looseObject({ challenge: z.string().max(128) })

/** The challenge, in base64url, that a signature says to be over; undefined where it does not say. */
export function challengeIn({ response }: SentSignature): string | undefined {
  try {
    const said = Buffer.from(response.clientDataJSON, 'base64url').toString()
    return clientData.safeParse(JSON.parse(said)).data?.challenge
  } catch {
    return undefined
  }
}
