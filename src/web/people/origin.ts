import type { IncomingHttpHeaders } from 'node:http'
import { otherPage, PortalError } from './problems.ts'

/** Methods that change nothing. */
const readOnly: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

/**
 * Refuses a change that a page of another origin asks for (PEOPLE R19). Cookies are sent to all ports of a host, and
 * SameSite lets pages of another port send them: only Origin tells whose page it is. Browsers ask before they
 * send JSON elsewhere, and no header of ours ever allows it. Throws `wrong-origin`.
 */
export function checkOrigin(
  { method, headers }: { readonly method: string; readonly headers: IncomingHttpHeaders },
  publicUrl: string,
): void {
  if (readOnly.includes(method)) return
  const { origin, 'sec-fetch-site': site, 'content-type': type = '' } = headers
  const isOurs = origin === publicUrl && (site === undefined || site === 'same-origin')
  if (isOurs && /^application\/json\s*(?:;|$)/i.test(type)) return
  throw new PortalError('wrong-origin', otherPage)
}
