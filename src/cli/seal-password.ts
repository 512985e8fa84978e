import { createPasswordSealer, sealForConfig } from '../compose/sealed-passwords.ts'
import { loadConfig } from '../config/index.ts'
import type { PasswordOwner } from '../directory/index.ts'
import { Secret } from '../support/index.ts'
import { configEnvironment, defaultConfigFile, type Target } from './find-service.ts'
import type { CliIo } from './io.ts'
import { readSealingKey } from './sealing-key.ts'
import { connectService } from './session.ts'

/**
 * Seals a password with the key of `keyFile`, else in the running service, else with the key of the
 * configuration. The store is not needed, and may not be there yet.
 */
export async function sealNewPassword(
  owner: PasswordOwner,
  password: Secret,
  keyFile: string | undefined,
  target: Target,
  io: CliIo,
): Promise<string> {
  if (keyFile !== undefined) {
    return createPasswordSealer(new Secret(readSealingKey(keyFile))).seal(owner, password)
  }
  const service = await connectService(target, io)
  if (!service) {
    const file = target.config ?? defaultConfigFile
    return sealForConfig(loadConfig(file, { env: configEnvironment(io) }), owner, password)
  }
  try {
    const { sealed } = await service.call('user.seal', { ...owner, password: password.reveal() })
    return sealed
  } finally {
    await service.close()
  }
}
