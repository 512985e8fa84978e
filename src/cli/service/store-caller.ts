import { userInfo } from 'node:os'
import type { CommandCaller } from '../../support/index.ts'
import type { CliIo } from '../io.ts'

/**
 * The caller of a store that is opened without a service: anyone who can open it is believed to be the user they name.
 */
export function storeCaller({ uid, env }: CliIo): CommandCaller {
  const says = env.SUDO_USER
  const name = uid === process.getuid?.() ? { name: userInfo().username } : {}
  return { via: 'store', uid, ...name, ...(says === undefined ? {} : { says }) }
}
