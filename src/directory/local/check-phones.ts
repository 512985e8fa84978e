import type { UnusablePhone } from '../../signin/index.ts'
import { type CheckRow, warned } from '../check-row.ts'

const mostNamed = 5

type Person = { readonly name: string; readonly unusablePhones?: readonly UnusablePhone[] }

/** Numbers of users of the configuration that cannot be called or texted. No row where there are none. */
export function checkLocalPhones(
  directory: string,
  people: readonly Person[],
): readonly CheckRow[] {
  const found = people.flatMap(({ name, unusablePhones = [] }) =>
    unusablePhones.map(({ written, why }) => `"${name}": "${written}" ${why}`),
  )
  if (found.length === 0) return []
  const more = found.length > mostNamed ? ` and ${found.length - mostNamed} more` : ''
  const detail = `cannot use phones of ${found.slice(0, mostNamed).join('; ')}${more}`
  const remedy = 'Write them as +31612345678, or set default_region.'
  return [warned(`${directory} phones`, detail, remedy)]
}
