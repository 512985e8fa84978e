import { execFile } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../../..')
/** Large, and the same for both. */
const linked = ['node_modules', '.git']
/** Made from the rest of a checkout, as `packages` is. */
const builtPages = 'src/web/pages/dist'

/** Copies this checkout, as git makes one for someone with umask 077. Its pages are not built yet. */
export function copyCheckout(folder: string): void {
  mkdirSync(folder, { mode: 0o700 })
  for (const name of readdirSync(root).filter((each) => ![...linked, 'packages'].includes(each))) {
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (from) => from !== join(root, builtPages) && basename(from) !== 'node_modules',
    })
  }
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) chmodSync(path, 0o700)
    else if (entry.isFile()) chmodSync(path, 0o600)
  }
  for (const name of linked) symlinkSync(join(root, name), join(folder, name))
}

/** Builds packages quickly into a folder, as someone with this umask. Gives their paths. */
export async function buildPackages(
  out: string,
  words: readonly string[],
  { umask = '022', checkout = root } = {},
): Promise<readonly string[]> {
  mkdirSync(out, { recursive: true })
  const { stdout } = await promisify(execFile)(
    'sh',
    [
      '-c',
      `umask ${umask}; exec "$@"`,
      'sh',
      process.execPath,
      join(checkout, 'scripts/package/main.ts'),
      '--fast',
      '--out',
      out,
      ...words,
    ],
    // The date of a commit would differ from that of changed files, which does not matter here.
    { env: { ...process.env, SOURCE_DATE_EPOCH: '1790000000' }, maxBuffer: 64 * 1024 * 1024 },
  )
  return stdout.split('\n').filter((line) => line.startsWith(out))
}
