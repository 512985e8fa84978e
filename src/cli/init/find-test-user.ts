import { maskPhone } from '../../accounts/index.ts'
import { openLdapDirectory } from '../../directory/index.ts'
import { singleLook } from '../../directory/ldap/survey/index.ts'
import { Secret } from '../../support/index.ts'
import type { CliIo } from '../io.ts'
import type { DirectoryAnswers } from './answers.ts'

/** Looks for a person as a sign-in will. */
export async function findTestUser(
  name: string,
  { servers, bindPassword, ...settings }: DirectoryAnswers,
  region: string,
  { clock, signal }: CliIo,
): Promise<{ readonly lines: readonly string[] } | { readonly problem: string }> {
  const directory = await openLdapDirectory(
    {
      ...singleLook,
      ...settings,
      name: 'ad',
      servers: servers.map((url) => ({ url })),
      bindPassword: new Secret(bindPassword),
      nestedGroups: settings.kind === 'ad' ? 'token-groups' : 'recursion',
      phoneAttributes: ['mobile', 'telephoneNumber'],
      defaultRegion: region,
    },
    { clock },
  )
  try {
    const found = await directory.resolve(name, signal)
    switch (found.kind) {
      case 'user': {
        const { displayName, dn = '', phones, groups } = found.user
        const numbers = phones.map(maskPhone).join(', ') || 'none'
        return {
          lines: [
            `Found ${displayName}: ${dn}`,
            `  phones: ${numbers}; groups: ${groups.length} names and DNs`,
          ],
        }
      }
      case 'unknown':
        return { problem: `There is no "${name}" below ${settings.baseDn}. Try another name.` }
      case 'ambiguous':
        return { problem: `"${name}" fits several people. Try a name that is one person's.` }
      case 'invalid':
        return { problem: `"${name}" cannot be the name of a user.` }
      case 'busy':
        return { problem: 'The directory is busy. Try again.' }
      case 'down':
        return { problem: `The directory does not answer: ${found.detail}` }
    }
  } finally {
    await directory.close()
  }
}
