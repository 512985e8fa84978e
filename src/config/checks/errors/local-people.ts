import { foldName } from '../../../support/index.ts'
import type { Finding } from '../../finding.ts'
import type { ParsedConfig } from '../../schema/schema.ts'

/** A upn names one person, since a certificate is known by it. */
export function checkLocalPeople({ directories }: ParsedConfig): readonly Finding[] {
  return Object.entries(directories).flatMap(([directory, settings]) => {
    if (settings.type !== 'local') return []
    const owners = new Map<string, string>()
    return Object.entries(settings.users).flatMap(([user, { upn }]): readonly Finding[] => {
      if (upn === undefined) return []
      const owner = owners.get(foldName(upn))
      owners.set(foldName(upn), owner ?? user)
      if (owner === undefined) return []
      const path = ['directories', directory, 'users', user, 'upn']
      return [{ path, message: `${upn} is the upn of ${owner} already` }]
    })
  })
}
