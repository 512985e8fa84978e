import type { FastifyReply, FastifyRequest } from 'fastify'
import type { User } from '../../accounts/index.ts'
import type { Cookies } from './cookies.ts'
import type { Browser, SessionFactor, Sessions } from './sessions.ts'

const longestUserAgent = 256

/**
 * Signs a person in: a new token each time, and the earlier session of this browser ends (PEOPLE R18). `factor`: what has
 * just proven who it is; without one the session is of kind `setup`. False for someone who may not be signed in.
 */
export async function enter(
  { cookies, sessions }: { readonly cookies: Cookies; readonly sessions: Sessions },
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  person: User,
  factor?: SessionFactor,
): Promise<boolean> {
  const earlier = cookies.read(request, 'session')
  if (earlier !== undefined) await sessions.end(earlier)
  const token = await sessions.begin(person, browserOf(request), factor)
  if (token === undefined) return false
  cookies.set(reply, 'session', token)
  cookies.clear(reply, 'step')
  return true
}

export function browserOf({ headers, ip }: FastifyRequest): Browser {
  return { address: ip, userAgent: (headers['user-agent'] ?? '').slice(0, longestUserAgent) }
}
