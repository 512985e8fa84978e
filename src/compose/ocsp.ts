import { X509Certificate } from 'node:crypto'
import { type AskStatus, createOcsp } from '../eap/index.ts'
import type { Clock } from '../support/index.ts'
import { readAuthorities } from './pem-files.ts'

/** A device waits meanwhile, and its access point after a few seconds no more. */
const timeoutMs = 3_000
const maxAnswerBytes = 65_536

/** Asks responders about certificates of the authorities in this file. */
export function createResponders(caFile: string, clock: Clock): AskStatus {
  const authorities = readAuthorities(caFile).map((pem) => new X509Certificate(pem))
  return createOcsp({ authorities, post, clock })
}

async function post(url: string, request: Uint8Array): Promise<Uint8Array> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/ocsp-request' },
    body: Buffer.from(request),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  })
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > maxAnswerBytes) throw new Error(`${url} answers with too much`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
