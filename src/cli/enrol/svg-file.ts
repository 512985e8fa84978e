import { rmSync } from 'node:fs'
import { basename } from 'node:path'
import { FileError, writeFileIn } from '../../files/index.ts'
import { CliError } from '../errors.ts'
import { openFolderOf } from '../files.ts'
import { formatQrSvg } from '../qr/index.ts'

/**
 * Writes the QR code as a picture that this user alone can read, then runs `work`. The file stays only if that
 * succeeds. Throws CliError `file-exists` where a file is there and `force` does not say to replace it.
 */
export async function withSvgFile<Result>(
  path: string,
  uri: string,
  { force }: { readonly force: boolean },
  work: () => Promise<Result>,
): Promise<Result> {
  const folder = openFolderOf(path)
  const name = basename(path)
  try {
    writeFileIn(folder, name, { content: formatQrSvg(uri), mode: 0o600, replace: force })
    try {
      return await work()
    } catch (error) {
      rmSync(folder.at(name), { force: true })
      throw error
    }
  } catch (error) {
    if (!(error instanceof FileError && error.code === 'file-exists')) throw error
    const text = `${path} exists already, so nothing was enrolled. Choose another name, or add --force to write over it.`
    throw new CliError('file-exists', text, { cause: error })
  } finally {
    folder.close()
  }
}
