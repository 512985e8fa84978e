import type { DirectoryConfig } from '../../resolved/resolve.ts'

/** Attributes that only administrators of a directory write. */
const trusted = ['samaccountname', 'userprincipalname', 'uid']

/** Attributes that people sign in by and that others may be able to write, with the setting that names them. */
export function unsafeLoginAttributes([name, directory]: readonly [
  string,
  DirectoryConfig,
]): readonly { readonly setting: string; readonly danger: string }[] {
  if (directory.type !== 'ldap') return []
  const setting = `directories.${name}.login_attributes`
  return (directory.loginAttributes ?? [])
    .filter((attribute) => !trusted.includes(attribute.toLowerCase()))
    .map((attribute) => ({
      setting,
      danger: `a user who can write ${attribute}, their own or another’s, can sign in under a name that is not theirs; gateways that grant rights by the name sent then give them the rights of that name. Make sure that only administrators can write it`,
    }))
}
