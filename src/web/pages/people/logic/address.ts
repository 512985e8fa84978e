// The addresses of people's pages. The server sends the same document for all of them.
import type { Setup } from '../../../people/contract.ts'

export type Page =
  | { readonly page: 'sign-in' }
  | { readonly page: 'signed-out' }
  | { readonly page: 'new-phone' }
  | { readonly page: 'set-up' }
  | { readonly page: 'home' }
  | { readonly page: 'way'; readonly id: string }
  | { readonly page: 'way-phone'; readonly id: string }
  | { readonly page: 'way-remove'; readonly id: string }
  | { readonly page: 'add' }
  | { readonly page: 'approve' }
  /** What a phone shows; no one is signed in there. */
  | { readonly page: 'phone' }
  | { readonly page: 'pair' }
  | { readonly page: 'confirm' }
  | { readonly page: 'activity' }
  | { readonly page: 'not-me'; readonly id: string }
  | { readonly page: 'account' }
  | { readonly page: 'sessions' }
  | { readonly page: 'devices' }
  | { readonly page: 'password' }
  | { readonly page: 'language' }
  | { readonly page: 'data' }
  | { readonly page: 'erase' }

const fixed = {
  '/': 'home',
  '/sign-in': 'sign-in',
  '/signed-out': 'signed-out',
  '/new-phone': 'new-phone',
  '/set-up': 'set-up',
  '/add': 'add',
  '/approve': 'approve',
  '/phone': 'phone',
  '/pair': 'pair',
  '/confirm': 'confirm',
  '/activity': 'activity',
  '/account': 'account',
  '/account/sessions': 'sessions',
  '/account/devices': 'devices',
  '/account/password': 'password',
  '/account/language': 'language',
  '/account/data': 'data',
  '/account/data/erase': 'erase',
} as const satisfies Record<string, Page['page']>

const withId = [
  { pattern: /^\/ways\/([^/]+)$/, page: 'way' },
  { pattern: /^\/ways\/([^/]+)\/phone$/, page: 'way-phone' },
  { pattern: /^\/ways\/([^/]+)\/remove$/, page: 'way-remove' },
  { pattern: /^\/activity\/([^/]+)\/not-me$/, page: 'not-me' },
] as const

/** The page of a path; undefined where there is none. */
export function pageOf(pathname: string): Page | undefined {
  const path = pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname
  const page = Object.hasOwn(fixed, path) ? fixed[path as keyof typeof fixed] : undefined
  if (page !== undefined) return { page }
  for (const { pattern, page } of withId) {
    const id = pattern.exec(path)?.[1]
    if (id !== undefined) return decoded(id, page)
  }
  return undefined
}

function decoded(id: string, page: (typeof withId)[number]['page']): Page | undefined {
  try {
    return { page, id: decodeURIComponent(id) }
  } catch {
    return undefined
  }
}

export const wayPath = (id: string, part?: 'phone' | 'remove') =>
  `/ways/${encodeURIComponent(id)}${part === undefined ? '' : `/${part}`}`

export const notMePath = (id: string) => `/activity/${encodeURIComponent(id)}/not-me`

const openPages: readonly Page['page'][] = ['sign-in', 'signed-out', 'new-phone', 'phone', 'pair']

/** Pages that need no session. */
export function isOpen({ page }: Page): boolean {
  return openPages.includes(page)
}

/** Which method a way to sign in is asked by, where the person can say which one comes first. */
export function methodOf(setup: Setup): 'sms' | 'call' | 'email' | undefined {
  return setup === 'sms' || setup === 'call' || setup === 'email' ? setup : undefined
}
