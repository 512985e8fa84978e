import { lstatSync, readlinkSync, type Stats } from 'node:fs'
import { join, resolve } from 'node:path'
import { FileError } from './errors.ts'

const maxLinks = 40
const writableByOthers = 0o022
const sticky = 0o1000

/**
 * Sees to it that no other user can put a folder or a link of theirs into the way to `path`: every folder above it
 * belongs to root or to this user, and no group writes there. In a sticky folder such as /tmp each user can change only
 * what is theirs, so what comes next decides. With `last: 'ours'` the same is asked of `path` itself, where sticky does
 * not help. A name that does not exist yet is harmless. Throws FileError `folder-not-safe`, which names the folder.
 */
export function checkTrustedPath(path: string, options: { readonly last: 'ours' | 'any' }): void {
  const pending = partsOf(resolve(path))
  let at = '/'
  let links = 0
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    const next = join(at, name)
    const found = lstatSync(next, { throwIfNoEntry: false })
    if (found === undefined) return
    if (found.isSymbolicLink()) {
      links += 1
      if (links > maxLinks) throw notSafe(next, 'leads through too many links')
      if (!isTrusted(found)) throw notSafe(next, `is a link of user ${found.uid}`)
      const target = readlinkSync(next)
      if (target.startsWith('/')) at = '/'
      pending.unshift(...partsOf(target))
      continue
    }
    at = next
    const isLast = pending.length === 0
    if (!isLast || options.last === 'ours') checkFolder(at, found, isLast)
  }
}

function checkFolder(path: string, found: Stats, isLast: boolean): void {
  if (!found.isDirectory()) throw notSafe(path, 'is not a folder')
  if (!isTrusted(found)) throw notSafe(path, `belongs to user ${found.uid}`)
  if ((found.mode & writableByOthers) === 0) return
  if (isLast || (found.mode & sticky) === 0) {
    throw notSafe(path, 'can be written by its group or by all users')
  }
}

/** Root can do anything without our help. */
function isTrusted({ uid }: Stats): boolean {
  return uid === 0 || uid === process.geteuid?.()
}

function notSafe(path: string, why: string): FileError {
  return new FileError(
    'folder-not-safe',
    `${path} is not used: it ${why}, so other users could put files of theirs in the way. Use a folder that belongs to you or to root and that only its owner can write (chmod go-w).`,
  )
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.')
}
