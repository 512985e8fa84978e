/** How a group is looked for: as rules name it, by name or DN, or by what it never loses. */
export type GroupReference = { readonly name: string } | { readonly id: string }

/** What a group of rules is compared with, and which groups have its name elsewhere. */
export type GroupLikeness = {
  /** An attribute, or `DN`. */
  readonly compared: string
  readonly similar: readonly SimilarGroup[]
}

export type SimilarGroup = {
  /** Attributes in which it has the name. */
  readonly as: readonly string[]
  readonly dn: string
  /** By which rules would name it. */
  readonly name: string
  /** Whether it is never used for anyone, however rules name it. */
  readonly isUnseen: boolean
}

export type GroupEntry = {
  /** UUID that stays when it is renamed or moved; undefined where it is not shown. */
  readonly id: string | undefined
  readonly name: string
  readonly dn: string
}

/**
 * Members of a group of Active Directory that its domain cannot tell of: they belong to other domains. `sid`: of the
 * group itself, which is in the tokens of people of other domains of the forest.
 */
export type ForeignMembers = {
  readonly sid?: string | undefined
  /** People, groups, and well-known ones such as `S-1-5-11`. */
  readonly sids: readonly string[]
  /** People and groups of the same forest, folded. */
  readonly dns: readonly string[]
}
