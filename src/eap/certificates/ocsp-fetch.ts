/** Meanwhile a device waits, and after a few seconds its access point gives up. */
const timeoutMs = 3_000
const maxAnswerBytes = 65_536

/** Posts a request to a responder over HTTP (RFC 6960, appendix A) and gives its answer. Rejects where there is none in time. */
export async function postOcsp(url: string, request: Uint8Array): Promise<Uint8Array> {
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
