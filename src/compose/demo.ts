import { dirname, join } from 'node:path'
import type { DemoDevice } from '../certificates/index.ts'
import type { Config } from '../config/index.ts'
import { prepareOwnFolder } from '../ops/index.ts'
import type { Clock } from '../support/index.ts'

/** Where the demo's authority is, for devices to trust; undefined where there is none. */
export function demoAuthorityFile({ demo, eap }: Config): string | undefined {
  return demo?.wifiCertificate === true ? eap?.devices?.caFile : undefined
}

/** Devices that come by EAP-TLS. */
export function demoDevices(config: Config): readonly DemoDevice[] {
  const authorityFile = demoAuthorityFile(config)
  if (authorityFile === undefined) return []
  const folder = dirname(authorityFile)
  return (config.demo?.wifiDevices ?? []).map((person) => ({
    person,
    certFile: join(folder, `wifi-device-${person}.pem`),
    keyFile: join(folder, `wifi-device-${person}-key.pem`),
  }))
}

/**
 * Makes the demo's certificates where the configuration asks for them. Throws OpsError `socket-not-usable` where
 * others could put files of theirs into the folder.
 */
export async function makeDemoCertificate(config: Config, clock: Clock): Promise<void> {
  const { eap } = config
  const authorityFile = demoAuthorityFile(config)
  if (authorityFile === undefined || eap === undefined) return
  await prepareOwnFolder(dirname(authorityFile))
  // Loaded only here, since only the demo makes certificates.
  const { makeDemoCertificates } = await import('../certificates/index.ts')
  const devices = demoDevices(config)
  await makeDemoCertificates({ authorityFile, server: eap, devices }, clock.nowMs())
}
