import { join } from 'node:path'
import { defaultStoreFile } from '../config/schema/fields.ts'

/** Who runs a command, and in which environment. */
export type Caller = {
  readonly uid: number
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Where an installation keeps its things. */
export type Places = {
  readonly folder: string
  readonly store: string
  /** Absent where the unit of the system makes it. */
  readonly adminSocket?: string
}

/** Root installs for the system; an ordinary user below their home (XDG Base Directory). */
export function usualPlaces({ uid, env }: Caller): Places {
  if (uid === 0) return { folder: '/etc/holdfast', store: defaultStoreFile }
  // A service may run as a user who has no home and whom the system does not know.
  const home = env.HOME || '/'
  const runtime = env.XDG_RUNTIME_DIR || `/run/user/${uid}`
  return {
    folder: join(env.XDG_CONFIG_HOME || join(home, '.config'), 'holdfast'),
    store: join(env.XDG_DATA_HOME || join(home, '.local/share'), 'holdfast/holdfast.db'),
    adminSocket: join(runtime, 'holdfast/admin.sock'),
  }
}
