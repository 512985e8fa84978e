import type {} from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { readToken, type Token } from './tokens.ts'

/**
 * The cookies of a surface: who is signed in, what the browser is in the middle of, and what a passkey may sign to sign
 * in: the bare page offers that, and it must not end what another tab is in the middle of.
 */
export type CookieName = 'session' | 'step' | 'passkey'

export type Cookies = {
  /** Hash of the token that came; undefined where none came, or where it is not a token. */
  read(request: FastifyRequest, name: CookieName): Uint8Array | undefined
  /** The token itself, which no row holds; '' where none came. */
  textOf(request: FastifyRequest, name: CookieName): string
  set(reply: FastifyReply, name: CookieName, token: Token): void
  clear(reply: FastifyReply, name: CookieName): void
}

const endings: Readonly<Record<CookieName, string>> = {
  session: '',
  step: '-step',
  passkey: '-passkey',
}

/** Surfaces on one host get each other's cookies, so each has names of its own. The API reads none. */
export type CookieSurface = 'people' | 'console'

const prefixes: Readonly<Record<CookieSurface, string>> = {
  people: 'holdfast',
  console: 'holdfast-console',
}

/**
 * Cookies for pages of this origin. A `__Host-` name keeps other hosts of the domain from setting one (PEOPLE R18); over
 * the plain HTTP of a demo browsers would drop it.
 */
export function createCookies(publicUrl: string, surface: CookieSurface): Cookies {
  const isSecure = new URL(publicUrl).protocol === 'https:'
  const prefix = `${isSecure ? '__Host-' : ''}${prefixes[surface]}`
  const nameOf = (name: CookieName) => prefix + endings[name]
  const options = { httpOnly: true, secure: isSecure, sameSite: 'strict', path: '/' } as const
  return {
    read: ({ cookies }, name) => readToken(cookies[nameOf(name)]),
    textOf: ({ cookies }, name) => cookies[nameOf(name)] ?? '',
    set(reply, name, { text }) {
      reply.setCookie(nameOf(name), text, options)
    },
    clear(reply, name) {
      reply.clearCookie(nameOf(name), options)
    },
  }
}
