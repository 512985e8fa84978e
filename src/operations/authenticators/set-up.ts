import type { Method } from '../../accounts/index.ts'

/** What to write in the configuration so that a method can be used. */
export function howToSetUp(method: Method): string {
  if (method === 'passkey') {
    return 'Passkeys need the portal: set web.people with a public_url that has a host name.'
  }
  if (method === 'push') return 'Phones need the portal: set web.people, then holdfast reload.'
  return `Set methods.${method} with a provider under delivery, then holdfast reload.`
}
