import { userInfo } from 'node:os'
import type { CommandCaller } from '../../support/index.ts'
import type { CliIo } from '../io.ts'

/** Who works on the store without a service: the one who can open it is who they are. */
export function storeCaller({ uid, env }: CliIo): CommandCaller {
  const says = env.SUDO_USER
  const name = uid === process.getuid?.() ? { name: userInfo().username } : {}
  return { via: 'store', uid, ...name, ...(says === undefined ? {} : { says }) }
}
