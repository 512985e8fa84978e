import { describeMissingGroup } from '../ldap/groups/texts.ts'
import type { WatchedDirectory } from './watched-directory.ts'

const timeoutMs = 5_000

/**
 * What must be corrected in the rules before anyone signs in, one text a group. `never`: names that never meant a
 * group. `placeOf`: where the file names a group, or ''.
 */
export async function describeUnresolved(
  { name: directory, similarGroups, states }: WatchedDirectory,
  never: ReadonlySet<string>,
  placeOf: (group: string) => string,
): Promise<readonly string[]> {
  const bad = [...states()].filter(([group]) => never.has(group))
  const texts = await Promise.all(
    bad.map(async ([group, { kind }]): Promise<string | undefined> => {
      if (kind === 'several')
        return `directory ${directory} has several called ${group}; write the DN`
      if (kind !== 'none') return undefined
      const signal = AbortSignal.timeout(timeoutMs)
      const likeness = await similarGroups?.(group, signal).catch(() => undefined)
      return likeness === undefined
        ? `directory ${directory} has none that is called ${group}`
        : describeMissingGroup(group, likeness, directory)
    }),
  )
  return texts.flatMap((text, index) => {
    const place = placeOf(bad[index]?.[0] ?? '')
    return text === undefined ? [] : [place === '' ? text : `${text} (${place})`]
  })
}
