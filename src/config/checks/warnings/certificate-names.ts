import type { IdleSetting } from '../../finding.ts'
import { entryOf } from '../../finding.ts'
import type { Config, DirectoryConfig } from '../../resolved/resolve.ts'

type NameSource = NonNullable<NonNullable<Config['eap']>['devices']>['names'][number]

/**
 * Directories whose accounts no certificate of EAP-TLS can name: all their users are refused as unknown, and
 * the reason is hard to find. A name that only some accounts lack is not reported.
 */
export function findUnmatchedNames(config: Config): readonly IdleSetting[] {
  const { devices } = config.eap ?? {}
  if (devices === undefined) return []
  const { names } = devices
  return Object.values(config.gateways).flatMap(({ name: gateway, eap, firstFactor }) => {
    if (eap === undefined || eap.passOn || !eap.methods.includes('tls')) return []
    const asked = firstFactor.kind === 'none' ? firstFactor.directories : firstFactor.names
    return asked.flatMap((directoryName): readonly IdleSetting[] => {
      const directory = peopleOf(config, directoryName)
      if (directory === undefined || names.some((name) => canMatch(directory, name))) return []
      return [
        {
          setting: 'eap.devices.names',
          why: `no certificate can name an account of directory ${directoryName} at gateway ${gateway}: names is ${names.join(', ')}`,
          remedy: remedyFor(directory),
        },
      ]
    })
  })
}

/** The directory that knows the people: that of a RADIUS server is another one. */
function peopleOf({ directories }: Config, name: string): KnowingDirectory | undefined {
  const directory = entryOf(directories, name)
  if (directory?.type !== 'radius') return directory
  const users = directory.usersFrom && entryOf(directories, directory.usersFrom)
  return users && users.type !== 'radius' ? users : undefined
}

type KnowingDirectory = Exclude<DirectoryConfig, { type: 'radius' }>

function canMatch(directory: KnowingDirectory, name: NameSource): boolean {
  if (directory.type === 'ldap') {
    // host/pc7.corp.example is a computer of Active Directory, which has to be let in by a setting.
    return name !== 'dns' || (directory.kind === 'ad' && directory.machines)
  }
  const users = Object.values(directory.users)
  switch (name) {
    case 'upn':
    case 'email':
      return users.some(({ upn, email }) => upn !== undefined || email !== undefined)
    case 'common-name':
      return users.length > 0
    case 'dns':
      return false
  }
}

function remedyFor(directory: KnowingDirectory): string {
  if (directory.type === 'local') {
    return 'Give its people the upn or email that is in their certificates, or let names be common-name.'
  }
  return directory.kind === 'ad'
    ? 'Set machines: true for computers, or add upn to names for people.'
    : 'Add upn or email to names: only Active Directory has computers.'
}
