import { join } from 'node:path'

/** The unit loads a whole folder (`LoadCredential=c:FOLDER`), and systemd puts this before each of its names. */
const folderPrefix = 'c_'

/**
 * Where systemd has put a credential, in the order of precedence: one with a `LoadCredential=` line of its own, and one
 * that came with the folder. `folder`: what CREDENTIALS_DIRECTORY says.
 */
export function handedOverFiles(folder: string, name: string): readonly [string, string] {
  return [join(folder, name), join(folder, `${folderPrefix}${name}`)]
}
