import type { GroupLikeness, SimilarGroup } from '../../../signin/index.ts'

/** What is said of a group that rules name and that is not there: what was compared, and what is there instead. */
export function describeMissingGroup(
  name: string,
  { compared, similar }: GroupLikeness,
  directory: string,
): string {
  const missing =
    compared === 'DN'
      ? `directory ${directory} has no group with the DN "${name}"`
      : `no group of directory ${directory} has the ${compared} "${name}"`
  return [missing, ...similar.map((each) => describeSimilar(each, compared))].join('. ')
}

/** `compared`: the attribute by which rules name groups, or DN. */
export function describeSimilar(
  { as, dn, isUnseen, name }: SimilarGroup,
  compared: string,
): string {
  const unseen = isUnseen
    ? '; it is a distribution group, which nested_groups: token-groups does not see'
    : ''
  return `"${dn}" has ${hasWhat({ as, name }, compared)}${unseen}`
}

function hasWhat({ as, name }: Pick<SimilarGroup, 'as' | 'name'>, compared: string): string {
  if (as.includes(compared)) return `the ${compared} "${name}"`
  const elsewhere = `it as ${as[0] ?? 'another name'}`
  return compared === 'DN' ? elsewhere : `${elsewhere}, and its ${compared} is "${name}"`
}
