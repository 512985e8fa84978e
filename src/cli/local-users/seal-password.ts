import { passwordSealerOf, sealForConfig } from '../../compose/sealed-passwords.ts'
import { loadConfig } from '../../config/index.ts'
import type { PasswordOwner, SealedAs } from '../../directory/index.ts'
import { Secret } from '../../support/index.ts'
import type { CliIo } from '../io.ts'
import { configEnvironment, type Target } from '../service/find-service.ts'
import { readSealingKey } from '../service/sealing-key.ts'
import { connectService, workingConfig } from '../service/session.ts'

/** What is sealed, and for whom. `keyFile` may hold another key than that of the configuration. */
export type SealRequest = {
  readonly owner: PasswordOwner
  readonly password: Secret
  readonly as: SealedAs
  readonly keyFile: string | undefined
}

/**
 * Seals a password, or its NT hash, with the key of `keyFile`. Without one, the running service seals it, or the key of
 * the configuration where no service runs. The store is not needed, and may not be there yet.
 */
export async function sealNewPassword(
  { owner, password, as, keyFile }: SealRequest,
  target: Target,
  io: CliIo,
): Promise<string> {
  if (keyFile !== undefined) {
    return passwordSealerOf(new Secret(readSealingKey(keyFile))).seal(owner, password, as)
  }
  const service = await connectService(target, io)
  if (!service) {
    const file = await workingConfig(target, io)
    return sealForConfig(loadConfig(file, { env: configEnvironment(io) }), owner, password, as)
  }
  try {
    const { sealed } = await service.call('user.seal', {
      ...owner,
      password: password.reveal(),
      as,
    })
    return sealed
  } finally {
    await service.close()
  }
}
