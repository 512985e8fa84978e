import { readFileSync } from 'node:fs'
import { fileProblem } from '../support/index.ts'
import type { Path } from './files/problems.ts'
import type { Finding } from './finding.ts'
import type { Config } from './resolved/resolve.ts'

/** A file that the configuration names and other parts read, and the setting that names it. */
export type NamedFile = { readonly path: Path; readonly file: string }

/**
 * Every file that a configuration names, besides secrets and those that hold a part of it, such as a `users_file`. For
 * a demo, the certificate that it makes when it starts is left out.
 */
export function namedFiles(config: Config): readonly NamedFile[] {
  const { demo, dictionaries, eap, methods, store, web, webhooks } = config
  const authorities = (['directories', 'delivery'] as const).flatMap((section) =>
    Object.entries(config[section]).map(([name, entry]) =>
      named([section, name, 'ca_file'], 'caFile' in entry ? entry.caFile : undefined),
    ),
  )
  const ownEap = demo?.wifiCertificate === true ? undefined : eap
  return [
    ...authorities.flat(),
    ...methods.push.services.flatMap((service, index) =>
      named(
        ['methods', 'push', 'services', index, 'ca_file'],
        'caFile' in service ? service.caFile : undefined,
      ),
    ),
    ...named(
      ['store', 'postgresql', 'tls', 'ca_file'],
      store !== 'temporary' && 'postgresql' in store ? store.postgresql.tls.caFile : undefined,
    ),
    ...named(['webhooks', 'cert_file'], webhooks?.certFile),
    ...named(['webhooks', 'key_file'], webhooks?.keyFile),
    ...named(['web', 'certificate', 'cert_file'], web?.certificate?.certFile),
    ...named(['web', 'certificate', 'key_file'], web?.certificate?.keyFile),
    ...named(['web', 'company', 'logo'], web?.company.logo),
    ...named(['eap', 'cert_file'], ownEap?.certFile),
    ...named(['eap', 'key_file'], ownEap?.keyFile),
    ...named(['eap', 'devices', 'ca_file'], ownEap?.devices?.caFile),
    ...named(['eap', 'devices', 'crl_file'], ownEap?.devices?.crlFile),
    ...dictionaries.flatMap((file, index) => named(['dictionaries', index], file)),
  ]
}

/** A finding for each of them that this user cannot read. */
export function checkFiles(config: Config): readonly Finding[] {
  return namedFiles(config).flatMap(({ path, file }): readonly Finding[] => {
    try {
      readFileSync(file)
      return []
    } catch (error) {
      return [{ path, message: fileProblem(file, error) }]
    }
  })
}

function named(path: Path, file: string | undefined): readonly NamedFile[] {
  return file === undefined ? [] : [{ path, file }]
}
