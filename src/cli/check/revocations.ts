import { readFileSync } from 'node:fs'
import { revocationsEndMs } from '../../eap/index.ts'
import type { CheckRow } from '../../operations/index.ts'

/** Many lists are valid for a day, so a warning this long before their end is early enough. */
const warningMs = 6 * 3_600_000

/** Whether lists of revoked certificates are still good: once one is not, no device gets in. */
export function checkRevocations(file: string, nowMs: number): readonly CheckRow[] {
  const row = { area: 'certificate', what: 'revoked certificates of devices' }
  const remedy = `Bring ${file} up to date, and holdfast reload: without a good list of each authority no device gets in.`
  let pem: string
  try {
    pem = readFileSync(file, 'utf8')
  } catch (error) {
    return [{ ...row, state: 'failed', detail: String(error), remedy }]
  }
  const lists = [...pem.matchAll(/-----BEGIN X509 CRL-----([^-]+)-----END X509 CRL-----/g)]
  return lists.map(([, base64 = ''], index) => {
    const what = lists.length === 1 ? row.what : `${row.what}, list ${index + 1}`
    const endMs = revocationsEndMs(Buffer.from(base64, 'base64'))
    if (endMs === undefined) {
      return { ...row, what, state: 'failed', detail: 'a list without an end', remedy }
    }
    const detail = `ends ${new Date(endMs).toISOString().slice(0, 16)}Z`
    if (endMs <= nowMs) return { ...row, what, state: 'failed', detail, remedy }
    if (endMs - nowMs < warningMs) return { ...row, what, state: 'warning', detail, remedy }
    return { ...row, what, state: 'ok', detail, remedy: '' }
  })
}
