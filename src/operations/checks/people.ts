import type { Directory, Resolved } from '../../signin/index.ts'
import { foldName } from '../../support/index.ts'
import type { CheckRow } from './check-row.ts'

/** A person that a rule names, and where the rule may find them. */
export type NamedPerson = {
  readonly name: string
  /** The rule, in the words of the file. */
  readonly rule: string
  readonly directories: readonly Pick<Directory, 'name' | 'resolve'>[]
  /** Whether the rule is to refuse them: where it does not apply, they get in. */
  readonly denies: boolean
}

/** Rows for names in rules that fit no one: such a rule never applies to them, and no one would notice. */
export async function checkPeople(
  people: readonly NamedPerson[],
  signal: AbortSignal,
): Promise<readonly CheckRow[]> {
  const rows = await Promise.all(
    people.map(async ({ name, rule, directories, denies }): Promise<readonly CheckRow[]> => {
      const found = await Promise.all(directories.map((each) => each.resolve(name, signal)))
      const why = whyNobody(name, found)
      if (why === undefined) return []
      // In quotes, by which a support bundle knows that it is someone's.
      const detail = `${denies ? 'denies' : 'is for'} "${name}", ${why}`
      const remedy = 'Write the name as holdfast user show prints it, or take it out.'
      return [
        { area: 'directory', what: rule, state: denies ? 'failed' : 'warning', detail, remedy },
      ]
    }),
  )
  return rows.flat()
}

/** Undefined also where a directory cannot tell: it has a row of its own, and may know the name. */
function whyNobody(name: string, found: readonly Resolved[]): string | undefined {
  if (found.length === 0) return undefined
  const names = found.flatMap((each) => (each.kind === 'user' ? [each.user.name] : []))
  if (names.some((each) => foldName(each) === foldName(name))) return undefined
  if (found.some(({ kind }) => kind === 'down' || kind === 'busy')) return undefined
  const [other] = names
  return other === undefined ? 'whom no directory knows' : `whose name is "${other}"`
}
