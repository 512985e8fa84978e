import type { Directory } from '../../src/signin/index.ts'

/** Which of these names or DNs the directory has no group for; undefined when it cannot tell. */
export async function groupsGone(
  directory: Directory,
  names: readonly string[],
): Promise<readonly string[] | undefined> {
  const references = names.map((name) => ({ name }))
  const found = await directory.findGroups?.(references, new AbortController().signal)
  return found && names.filter((_, index) => found[index]?.length === 0)
}
