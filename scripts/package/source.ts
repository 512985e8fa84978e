import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** What a build begins with: this checkout. */
export type Source = {
  readonly version: string
  /** Seconds since 1970, of every file in the packages. */
  readonly epoch: number
  /** Absent outside of git. */
  readonly commit?: string
}

/** Throws Error where no date is known. */
export function readSource(): Source {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const [commit, committed] = lastCommit()
  const text = process.env.SOURCE_DATE_EPOCH ?? committed
  const epoch = Number(text)
  if (text === undefined || !Number.isSafeInteger(epoch) || epoch <= 0) {
    throw new Error(
      'No date for the files: this is not a git checkout, or SOURCE_DATE_EPOCH is not a number of seconds. Set it, for example to the date of the release.',
    )
  }
  return { version: String(version), epoch, ...(commit !== undefined && { commit }) }
}

function lastCommit(): readonly [commit?: string, seconds?: string] {
  const { status, stdout } = spawnSync('git', ['-C', root, 'log', '-1', '--format=%H %ct'], {
    encoding: 'utf8',
  })
  const [commit, seconds] = status === 0 ? stdout.trim().split(' ') : []
  return commit === undefined || seconds === undefined ? [] : [commit, seconds]
}
