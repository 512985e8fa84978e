import type { IncomingHttpHeaders } from 'node:http'

/**
 * Who asks a surface. `pages`: browsers only, which name the origin of each change. `programs`: also those that are not
 * browsers and name none. That is for a surface that reads no cookie.
 */
export type Askers = 'pages' | 'programs'

/** Methods that change nothing. */
const readOnly: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

/**
 * Whether a request may change something: not when a page of another origin asks (PEOPLE R19). Cookies are sent to all ports
 * of a host, and SameSite lets pages of another port send them: only Origin tells whose page it is. Browsers ask
 * before they send JSON elsewhere, and no header of ours ever allows it.
 */
export function mayChange(
  { method, headers }: { readonly method: string; readonly headers: IncomingHttpHeaders },
  publicUrl: string,
  askers: Askers,
): boolean {
  if (readOnly.includes(method)) return true
  const { origin, 'sec-fetch-site': site, 'content-type': type = '' } = headers
  const isProgram = askers === 'programs' && origin === undefined
  const isOurs = origin === publicUrl || isProgram
  const isSameOrigin = site === undefined || site === 'same-origin'
  return isOurs && isSameOrigin && /^application\/json\s*(?:;|$)/i.test(type)
}
