/** A person as a directory knows them. Plain data; never holds a password. */
export type User = {
  /** Stable key: `<directory name>:<objectGUID or entryUUID or local name>`. Survives renames. */
  readonly key: string
  /** Name of the directory in the configuration. */
  readonly directory: string
  /** Canonical login name, such as sAMAccountName. */
  readonly name: string
  readonly displayName: string
  /** BCP 47 tag from the directory (`preferredLanguage`), if any. */
  readonly language?: string
  /** Names (sAMAccountName or cn) and DNs of every group, nested ones included, in lower case. */
  readonly groups: readonly string[]
  /** cn of every group, nested ones included, as the directory spells it; for reply attributes. */
  readonly groupNames?: readonly string[]
  /** Further values the directory was told to read for reply attributes, by name in lower case. */
  readonly attributes?: ReadonlyMap<string, readonly string[]>
  /** Phone numbers in E.164, in the configured order of attributes, without doubles. */
  readonly phones: readonly string[]
  readonly email?: string
  /** Distinguished name; absent for local users. */
  readonly dn?: string
  /** When the account was last used, or made where it never was; absent where the directory does not tell. Read before any bind of ours. */
  readonly lastSeenMs?: number
}

/** The name of the directory in a `User.key`. */
export function directoryOfKey(userKey: string): string {
  return userKey.split(':', 1)[0] ?? ''
}
